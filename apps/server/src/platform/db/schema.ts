import type { ContentType, GenerationStatus, PublicationStatus } from '@octavo/contracts';
import type { ColumnType, Generated } from 'kysely';

type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export interface UsersTable {
  id: string;
  email: string;
  password_hash: string;
  first_name: string;
  last_name: string;
  created_at: Timestamp;
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
  version: Generated<number>;
  /** Set once a person has changed the text: from then on no generation overwrites it. */
  edited_at: NullableTimestamp;
  created_at: Timestamp;
  updated_at: Timestamp;
  deleted_at: NullableTimestamp;
}

export interface GenerationsTable {
  id: string;
  user_id: string;
  content_id: string;
  content_type: ContentType;
  title: string;
  prompt: string;
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
  generation_id: string;
  created_at: Timestamp;
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

export interface Database {
  users: UsersTable;
  refresh_tokens: RefreshTokensTable;
  contents: ContentsTable;
  generations: GenerationsTable;
  generation_attempts: GenerationAttemptsTable;
  generation_events: GenerationEventsTable;
  idempotency_keys: IdempotencyKeysTable;
  provider_health: ProviderHealthTable;
  provider_turns: ProviderTurnsTable;
}
