import type { ContentType, GenerateBody, GenerationStatus, ProviderName } from '@octavo/contracts';
import type { Quote } from '#features/budgets';
import type { Idempotency } from '#features/idempotency';
import type { GenerationRow } from '#platform/db';

/** A generation as it is to be stored. */
export interface Submission {
  generationId: string;
  contentId: string;
  userId: string;
  request: GenerateBody;
  /** As it is stored: of a translation, with the text of the content that was named. */
  input: object | null;
  /** Images of the user that it is made from; kept as long as it exists. */
  sources: string[];
  /** In whose line it waits. */
  provider: string;
  delayMs: number;
  /** What it may cost at most, and with whom. */
  quote: Quote | undefined;
  idempotency: Idempotency | undefined;
}

/** With whether its words are gone for good. */
export type FoundGeneration = GenerationRow & { is_erased: boolean };

/** Where a further generation of a content comes from. */
export interface Again {
  /** The generation that was the content's latest, and has ended; null when there was none. */
  replaces: string | null;
  retryOf: string | null;
}

export interface LastAsked {
  id: string;
  title: string;
  content_type: ContentType;
  prompt: string;
  generation_id: string | null;
  status: GenerationStatus | null;
  requested_provider: ProviderName | null;
  requested_model: string | null;
  input: unknown;
}
