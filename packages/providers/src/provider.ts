import type { DescriptionInput, ImageInput, ProviderName, ProviderState, StoryInput, Usage } from '@octavo/contracts';

/** An image the user gave, re-encoded by us. */
export interface SourceImage {
  bytes: Uint8Array;
  mediaType: 'image/jpeg' | 'image/png' | 'image/webp';
}

interface CommonRequest {
  title: string;
  /** The user's own words. */
  prompt: string;
  model: string;
  /** Differs between takes, so that a repeated take is not the same text again. */
  seed: number;
}

/** What one take asks of a provider. Settings a provider cannot honour come back as warnings, never as silence. */
export type GenerationRequest = CommonRequest &
  (
    | { contentType: 'blog' | 'product' | 'social' }
    | { contentType: 'story'; input?: StoryInput | undefined }
    | { contentType: 'image'; input: Omit<ImageInput, 'references'>; images: SourceImage[] }
    | { contentType: 'description'; input: Omit<DescriptionInput, 'mediaId'>; images: [SourceImage] }
    | { contentType: 'translation'; input: { text: string; source?: string | undefined; target: string } }
  );

/** `stop` is the only good end; what the others mean for the take is decided by the quality gate. */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'other';

export type ProviderPart =
  | { type: 'delta'; text: string }
  /** A finished image, as the provider sent it; nothing about the bytes has been checked. */
  | { type: 'image'; bytes: Uint8Array; revisedPrompt: string | null }
  | { type: 'finish'; finishReason: FinishReason; usage: Usage; warnings: string[] };

/**
 * One source of content. `stream` yields deltas (or images) and then exactly one `finish`, or throws a
 * `ProviderError`; an abort of `signal` ends the upstream call and throws the signal's reason. It never repeats a call
 * that failed; a translation is several calls, and asks once more for lines that came back without their marks.
 */
export interface Provider {
  readonly name: ProviderName;
  state(): ProviderState;
  stream(request: GenerationRequest, options: { signal: AbortSignal }): AsyncIterable<ProviderPart>;
  /**
   * Asks something that costs nothing, with the key of the settings or else this one; absent where there are no keys.
   * @throws ProviderError as `stream` does; ProviderNotAvailable when there is no server to ask
   */
  tryKey?(storedKey: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Every way a provider call fails, with the words a user reads. One table: codes are stable, words may change. */
export const providerErrors = {
  provider_auth: 'The provider did not accept the API key. Check it in the server settings.',
  provider_credits: 'The provider account has no credit left.',
  provider_forbidden: 'The provider does not allow this request for this account.',
  provider_model_not_found: 'The provider does not know this model.',
  provider_rate_limited: 'The provider is asking us to slow down.',
  provider_quota: 'The quota of the provider account is used up for now.',
  provider_timeout: 'The provider did not answer in time.',
  provider_unavailable: 'The provider could not be reached or had an internal error.',
  provider_stream_cut: 'The connection to the provider broke off in the middle of the answer.',
  provider_bad_request: 'The provider did not accept the request.',
  provider_bad_answer: 'The provider answered something that is not a valid reply.',
  provider_refused: 'The provider refused to make this.',
  quality_structure: 'The translation lost names, code or formatting of the text.',
  local_model_failed: 'The local model could not be loaded or stopped working.',
} as const;
export type ProviderErrorCode = keyof typeof providerErrors;

export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderErrorCode;
  readonly provider: ProviderName;
  /** Another try with the same provider may succeed. */
  readonly isRetryable: boolean;
  /** How long the provider asked us to wait. */
  readonly retryAfterMs: number | undefined;
  readonly statusCode: number | undefined;
  /** What the calls of this take used, where that is known although the take failed. */
  readonly usage: Usage | undefined;

  constructor(
    code: ProviderErrorCode,
    options: {
      provider: ProviderName;
      isRetryable: boolean;
      retryAfterMs?: number | undefined;
      statusCode?: number | undefined;
      usage?: Usage | undefined;
      cause?: unknown;
    },
  ) {
    super(providerErrors[code], { cause: options.cause });
    this.code = code;
    this.provider = options.provider;
    this.isRetryable = options.isRetryable;
    this.retryAfterMs = options.retryAfterMs;
    this.statusCode = options.statusCode;
    this.usage = options.usage;
  }
}

/** Somebody asked for a provider that cannot be had here, or not for this content type. */
export class ProviderNotAvailable extends Error {
  override readonly name = 'ProviderNotAvailable';
  /** The provider that was asked for; undefined when any would have done. */
  readonly provider: ProviderName | undefined;

  constructor(message: string, provider?: ProviderName) {
    super(message);
    this.provider = provider;
  }
}
