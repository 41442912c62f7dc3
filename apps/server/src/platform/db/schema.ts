import type {
  AccountLanguage,
  AuditAction,
  BatchStatus,
  BatchTemplate,
  BudgetPeriod,
  Channel,
  ContentType,
  GenerationStatus,
  MediaOrigin,
  MediaType,
  PublicationStatus,
  Role,
  Scope,
  TakeParameters,
  VersionOrigin,
} from '@octavo/contracts';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export interface UsersTable {
  id: string;
  /** Belongs to this account; `pending_email` waits to be confirmed. The same for phones, in E.164 form. */
  email: string | null;
  phone: string | null;
  pending_email: string | null;
  pending_phone: string | null;
  email_verified_at: NullableTimestamp;
  phone_verified_at: NullableTimestamp;
  password_hash: string;
  first_name: string;
  last_name: string;
  language: Generated<AccountLanguage>;
  role: Generated<Role>;
  suspended_at: NullableTimestamp;
  /** Set while a deleted account can still be brought back. */
  deletion_due_at: NullableTimestamp;
  factor_tries: Generated<number>;
  factor_tries_since: NullableTimestamp;
  created_at: Timestamp;
}

/** One sign-in; its id is the family of its refresh tokens. */
export interface SessionsTable {
  id: string;
  user_id: string;
  user_agent: Generated<string>;
  ip: Generated<string>;
  second_factor: Generated<boolean>;
  created_at: Timestamp;
  last_used_at: Timestamp;
  ended_at: NullableTimestamp;
}

export interface InvitationsTable {
  id: string;
  token_hash: Buffer;
  /** Only for this address, when there is one. */
  email: string | null;
  role: Role;
  created_by: string | null;
  created_at: Timestamp;
  expires_at: Timestamp;
  used_at: NullableTimestamp;
  used_by: string | null;
}

export interface CodesTable {
  id: string;
  /** Null: nobody has this address, and the row only does the work that one with a user does. */
  user_id: string | null;
  purpose: 'verify' | 'recover';
  channel: Channel;
  destination: string;
  code_hash: Buffer;
  tries: Generated<number>;
  created_at: Timestamp;
  expires_at: Timestamp;
  used_at: NullableTimestamp;
}

/** Messages that no transport could take; subject and text are sealed. */
export interface OutboxMessagesTable {
  id: string;
  channel: Channel;
  destination: string;
  sealed: string;
  created_at: Timestamp;
}

export interface ApiKeysTable {
  id: string;
  user_id: string;
  name: string;
  prefix: string;
  key_hash: Buffer;
  scopes: Scope[];
  created_at: Timestamp;
  expires_at: NullableTimestamp;
  last_used_at: NullableTimestamp;
}

export interface TotpSecretsTable {
  user_id: string;
  sealed: string;
  /** The 30-second step of the last code that was taken: none is taken twice. */
  last_step: ColumnType<string, number | undefined, number>;
  created_at: Timestamp;
  confirmed_at: NullableTimestamp;
}

export interface RecoveryCodesTable {
  user_id: string;
  code_hash: Buffer;
  used_at: NullableTimestamp;
}

export interface PasskeysTable {
  /** The credential's id, base64url. */
  id: string;
  user_id: string;
  name: string;
  public_key: Buffer;
  counter: ColumnType<string, number, number>;
  transports: string[];
  created_at: Timestamp;
  last_used_at: NullableTimestamp;
}

export interface PasskeyChallengesTable {
  challenge: string;
  user_id: string | null;
  expires_at: Timestamp;
}

export interface DataKeysTable {
  id: string;
  master_key_id: string;
  wrapped: string;
  created_at: Timestamp;
}

export interface StoredSecretsTable {
  name: string;
  sealed: string;
  updated_at: Timestamp;
}

export interface RefreshTokensTable {
  id: string;
  /** All tokens that came out of one sign-in; a reused token ends the whole family. */
  family_id: string;
  user_id: string;
  /** SHA-256 of the secret part: a 256-bit random value needs no slow hash. */
  token_hash: Buffer;
  created_at: Timestamp;
  expires_at: Timestamp;
  used_at: NullableTimestamp;
  revoked_at: NullableTimestamp;
}

export interface ContentsTable {
  id: string;
  user_id: string;
  title: string;
  content_type: ContentType;
  prompt: string;
  body: string;
  status: PublicationStatus;
  generation_id: string | null;
  /** The lock of optimistic updates: grows with every change of what the content's own text, title or state is. */
  revision: Generated<number>;
  /** Which version `title` and `body` are; 0 before there is any. */
  version: Generated<number>;
  /** How many versions there are: what a new one counts on from. */
  last_version: Generated<number>;
  /** A newer take that did not become current, because a person had changed the text. */
  pending_version: number | null;
  /** Set when a person decides on the text: the latest generation does not overwrite it. A new one unsets it. */
  edited_at: NullableTimestamp;
  created_at: Timestamp;
  updated_at: Timestamp;
  deleted_at: NullableTimestamp;
  /** Deleted for good: title, prompt and body are empty, and nothing brings it back. */
  erased_at: NullableTimestamp;
}

/** Every text a content ever had. A row changes only while one person goes on editing (features/content). */
export interface ContentVersionsTable {
  content_id: string;
  number: number;
  title: string;
  body: string;
  /** SHA-256 of the body in UTF-8; the database computes it. */
  hash: GeneratedAlways<Buffer>;
  origin: VersionOrigin;
  /** A person has changed the words since a provider wrote them. */
  is_edited: Generated<boolean>;
  user_id: string | null;
  /** The take that wrote the words it holds or is based on; and what that take was, for when it is looked up. */
  generation_id: string | null;
  attempt: number | null;
  provider: string | null;
  model: string | null;
  prompt: string | null;
  /** What it was restored or branched from. */
  source_content_id: string | null;
  source_number: number | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface GenerationsTable {
  id: string;
  user_id: string;
  content_id: string;
  content_type: ContentType;
  title: string;
  prompt: string;
  /** What its kind takes besides title and prompt; see `inputs.ts` of the contracts. */
  input: ColumnType<unknown, string | null | undefined, string | null>;
  requested_provider: string | null;
  requested_model: string | null;
  status: Generated<GenerationStatus>;
  /** The fence: grows with every claim, and every later write of a worker carries it. */
  attempt: Generated<number>;
  /** Takes that failed, as opposed to takes whose worker vanished. */
  failures: Generated<number>;
  retry_of: string | null;
  delay_ms: number;
  run_after: Timestamp;
  lease_until: NullableTimestamp;
  /** When it was last put into the queue; the sweeper repeats it when that was long ago. */
  enqueued_at: NullableTimestamp;
  cancel_requested_at: NullableTimestamp;
  output: string | null;
  provider: string | null;
  model: string | null;
  failure_code: string | null;
  failure_reason: string | null;
  /** Who writes it now, or is to write it next; '' when nobody is there who could. */
  next_provider: Generated<string>;
  /** In the line of `next_provider`: the smallest goes first, see `placeInLine`. */
  place: Generated<number>;
  created_at: Timestamp;
  started_at: NullableTimestamp;
  finished_at: NullableTimestamp;
  /** Held for it until its first take begins. */
  reserved_micro_usd: Generated<number>;
  reserved_provider: string | null;
}

export type AttemptOutcome = 'running' | 'completed' | 'failed' | 'cancelled' | 'interrupted';

export interface GenerationAttemptsTable {
  generation_id: string;
  attempt: number;
  provider: string;
  model: string;
  outcome: Generated<AttemptOutcome>;
  finish_reason: string | null;
  error_code: string | null;
  reason: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  /** What it was asked with. */
  parameters: TakeParameters | null;
  images: number | null;
  user_id: string;
  /** Held for it as long as `cost_micro_usd` is null. */
  reserved_micro_usd: Generated<number>;
  cost_micro_usd: number | null;
  cost_source: 'billed' | 'catalog' | 'unknown' | null;
  started_at: Timestamp;
  finished_at: NullableTimestamp;
}

export interface GenerationEventsTable {
  generation_id: string;
  attempt: number;
  seq: number;
  type: string;
  /** Length of the take's text before this event, in UTF-16 code units. */
  text_offset: number;
  /** The words of a delta; empty for every other type. */
  text: string;
  /** What else the event says, as JSON. */
  data: ColumnType<Record<string, string> | null, string | null | undefined, string | null>;
  created_at: Timestamp;
}

export interface IdempotencyKeysTable {
  user_id: string;
  key: string;
  fingerprint: Buffer;
  /** It stands for a generation or for a batch. */
  generation_id: string | null;
  batch_id: string | null;
  created_at: Timestamp;
}

export interface MediaFilesTable {
  id: string;
  /** Of the stored original; the thumbnails follow from it. */
  sha256: Buffer;
  media_type: MediaType;
  width: number;
  height: number;
  bytes: number;
  /** When somebody last began to store it: a file without media is left alone for a while after. */
  claimed_at: Timestamp;
  /** Set once for all: its bytes are being removed, and nobody may point at it any more. */
  removed_at: NullableTimestamp;
}

export interface MediaTable {
  id: string;
  user_id: string;
  file_id: string;
  origin: MediaOrigin;
  alt: string;
  created_at: Timestamp;
}

/** What keeps an image: exactly one of the two is set. */
export interface MediaUsesTable {
  media_id: string;
  generation_id: string | null;
  content_id: string | null;
  created_at: Timestamp;
}

/** Every movement of money, once and for ever: one entry of a kind for each take. */
export interface LedgerEntriesTable {
  generation_id: string;
  /** 0: the generation as a whole, before its first take. */
  attempt: number;
  /** `unknown`: a call whose outcome is not known; what was reserved stays held. */
  kind: 'reserve' | 'release' | 'settle' | 'unknown';
  user_id: string;
  provider: string;
  model: string | null;
  micro_usd: number;
  counted_at: Timestamp;
  at: Timestamp;
}

export interface BudgetsTable {
  /** `server`, `user:<id>` or `provider:<name>`. */
  scope: string;
  period: BudgetPeriod;
  limit_micro_usd: number;
  set_by: string;
  updated_at: Timestamp;
}

export interface BudgetUsageTable {
  scope: string;
  period: BudgetPeriod;
  period_start: Timestamp;
  held_micro_usd: number;
  spent_micro_usd: number;
}

export interface BatchesTable {
  id: string;
  user_id: string;
  title: string;
  content_type: ContentType;
  template: ColumnType<BatchTemplate, string, never>;
  /** In the order of the table they came from. */
  columns: string[];
  provider: string | null;
  model: string | null;
  status: Generated<BatchStatus>;
  paused_reason: string | null;
  max_cost_micro_usd: ColumnType<string | null, number | null, never>;
  /** How many rows may be submitted a minute; null: as many as the window lets through. */
  rows_per_minute: ColumnType<number | null, number | null, never>;
  /** With a pace: when the next row is due. */
  next_row_at: NullableTimestamp;
  /** When a worker last looked whether more rows can be submitted. */
  looked_at: NullableTimestamp;
  created_at: Timestamp;
  started_at: NullableTimestamp;
  /** Nothing of it moves any more. */
  ended_at: NullableTimestamp;
  deleted_at: NullableTimestamp;
}

/** What has become of a row is not kept here: it is the state of the latest generation of its content. */
export interface BatchRowsTable {
  batch_id: string;
  /** From 1. */
  number: number;
  values: ColumnType<Record<string, string>, string, never>;
  /** The id its content gets, chosen before it is submitted: so it can be submitted only once. */
  content_id: string | null;
  /** The failed generation that is to be retried; of no meaning once another one has followed it. */
  retry_of: string | null;
  /** Cancelled before it was submitted. */
  is_skipped: Generated<boolean>;
  /** Why it could not be submitted. */
  error: string | null;
}

/** The circuit breaker of each provider; times are the database's. */
export interface ProviderHealthTable {
  provider: string;
  /** Calls in a row that failed through the provider's fault. */
  failures: Generated<number>;
  /** How often in a row it was opened: each time for twice as long. */
  openings: Generated<number>;
  /** Null: closed. */
  opened_at: NullableTimestamp;
  /** Open until then, half-open from then on. */
  opened_until: NullableTimestamp;
  /** What the last of the failures was. */
  code: string | null;
  /** The provider asked for silence until then. */
  paused_until: NullableTimestamp;
  /** The take that was let through last to see whether the provider works again. */
  probe_generation: string | null;
  probe_attempt: number | null;
  probe_at: NullableTimestamp;
}

/** Calls of the last minute and those under way, of providers that are limited. */
export interface ProviderTurnsTable {
  provider: string;
  taken_at: Timestamp;
  generation_id: string;
  attempt: number;
}

/** Append-only: a trigger refuses everything but INSERT. */
export interface AuditLogTable {
  /** A bigint, as a number. */
  id: Generated<number>;
  at: Timestamp;
  action: AuditAction;
  actor_id: string | null;
  subject_id: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  details: ColumnType<Record<string, string | number | boolean>, string, never>;
}

export interface Database {
  batches: BatchesTable;
  batch_rows: BatchRowsTable;
  users: UsersTable;
  refresh_tokens: RefreshTokensTable;
  contents: ContentsTable;
  content_versions: ContentVersionsTable;
  generations: GenerationsTable;
  generation_attempts: GenerationAttemptsTable;
  generation_events: GenerationEventsTable;
  idempotency_keys: IdempotencyKeysTable;
  media_files: MediaFilesTable;
  media: MediaTable;
  media_uses: MediaUsesTable;
  ledger_entries: LedgerEntriesTable;
  budgets: BudgetsTable;
  budget_usage: BudgetUsageTable;
  provider_health: ProviderHealthTable;
  provider_turns: ProviderTurnsTable;
  audit_log: AuditLogTable;
  sessions: SessionsTable;
  invitations: InvitationsTable;
  codes: CodesTable;
  outbox_messages: OutboxMessagesTable;
  api_keys: ApiKeysTable;
  totp_secrets: TotpSecretsTable;
  recovery_codes: RecoveryCodesTable;
  passkeys: PasskeysTable;
  passkey_challenges: PasskeyChallengesTable;
  data_keys: DataKeysTable;
  stored_secrets: StoredSecretsTable;
}
