/** The names and limits that a browser needs without zod: `@octavo/contracts/names`. */
export const contentTypeNames = ['blog', 'product', 'social', 'story', 'image', 'description', 'translation'] as const;

/** Those that a person writes from a title and a prompt, and may write by hand as well. */
export const writtenTypeNames = ['blog', 'product', 'social', 'story'] as const satisfies ReadonlyArray<
  (typeof contentTypeNames)[number]
>;

export const aspectRatios = ['1:1', '4:3', '3:4', '16:9', '9:16', '3:2', '2:3'] as const;
/** Readers of a story, by age; `adults` has none. */
export const audiences = ['7-9', '10-12', '13-15', '16-17', 'adults'] as const;
export const readerGenders = ['female', 'male'] as const;
export const descriptionLengths = ['short', 'medium', 'long'] as const;
export const maxImagesPerGeneration = 4;
export const maxReferenceImages = 3;
export const maxParagraphs = 50;

/** Where text can come from. `sandbox` is the built-in sample writer: no AI model. */
export const providerNames = ['xai', 'google', 'openrouter', 'openai-compatible', 'local', 'sandbox'] as const;

/** How a version of a content came to be. */
export const versionOrigins = ['generated', 'edited', 'restored', 'written', 'branched', 'accepted'] as const;

export const exportFormats = ['md', 'html', 'json', 'txt'] as const;

/** `pending → processing → completed | failed | cancelled`; the last three are terminal. */
export const generationStatuses = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const;

export const terminalStatuses = ['completed', 'failed', 'cancelled'] as const satisfies ReadonlyArray<
  (typeof generationStatuses)[number]
>;

export function isTerminal(status: (typeof generationStatuses)[number]): boolean {
  return (terminalStatuses as readonly string[]).includes(status);
}

export const maxPromptLength = 20_000;
export const maxTitleLength = 200;
export const maxSearchLength = 100;
export const maxBodyLength = 200_000;

/** Entries of a list when `limit` is not given. */
export const usualLimits = {
  contents: 10,
  versions: 20,
  batches: 10,
  rows: 50,
  media: 24,
  audit: 50,
  users: 50,
} as const;

export const maxBatchRows = 1000;
export const maxBatchColumns = 50;
export const maxCellLength = 20_000;
export const maxRowsPerMinute = 600;
export const batchStatuses = ['draft', 'running', 'paused', 'completed', 'cancelled'] as const;
/** `waiting`: not submitted yet. From then on a row is what its generation is. */
export const batchRowStates = ['waiting', ...generationStatuses] as const;

/** Every security-relevant action that is written down. */
export const auditActions = [
  'account.registered',
  'account.verified',
  'account.deletion_asked',
  'account.deletion_undone',
  'account.deleted',
  'account.exported',
  'account.imported',
  'account.suspended',
  'account.reinstated',
  'address.change_asked',
  'role.changed',
  'invitation.created',
  'invitation.revoked',
  'login.succeeded',
  'login.failed',
  /** An account or a network has used up its tries; once for all that follow in the same window. */
  'login.refused',
  'logout',
  /** One, or several at once; with the id, or how many. */
  'session.ended',
  'refresh.reused',
  'password.changed',
  'recovery.asked',
  'recovery.used',
  'second_factor.added',
  'second_factor.removed',
  'recovery_codes.renewed',
  'key.created',
  'key.ended',
  'token.issued',
  /** Keys that sign tokens, or the master key. */
  'keys.rotated',
  'secret.changed',
  'secret.removed',
  'secret.tried',
  'budget.changed',
  'budget.removed',
  'cost.settled',
  /** Messages that could not be sent, with the codes in them. */
  'outbox.read',
  'audit.read',
] as const;

/** What an admin may enter in the studio and nobody sees again. */
export const secretNames = ['mail', 'whatsapp', 'xai', 'google', 'openrouter', 'openai-compatible'] as const;

/** Why credentials do not work, in one word. */
export const credentialProblems = [
  /** Wrong, expired or revoked. */
  'refused',
  'no_credit',
  /** Known, but without the right to what was asked. */
  'not_allowed',
  /** Too many questions, or a quota that is used up; what was sent may be right. */
  'slow_down',
  /** WhatsApp: no such phone number for this token. */
  'not_found',
  /** Nobody answered in time, or with an error of its own. */
  'unreachable',
  /** Mail: no encrypted connection could be made. */
  'no_tls',
  /** No OpenAI-compatible server is set: there is nobody to send the key to. */
  'no_server',
  /** What is stored was sealed with another master key. */
  'unreadable',
  /** Something answered that is not what it should be. */
  'unexpected',
] as const;
