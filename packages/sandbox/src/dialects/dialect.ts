import type { Drawing } from '../drawing/draw-sample.ts';
import type { UpstreamErrors } from './upstream-errors.ts';

/** Whose manners are spoken. The same names as the providers of the product. */
export const providers = ['xai', 'google', 'openrouter', 'openai-compatible'] as const;
export type Provider = (typeof providers)[number];

/** A request, in words that all upstreams share. */
export interface Call {
  model: string;
  system: string;
  /** The last words of the user. */
  prompt: string;
  stream: boolean;
  maxTokens: number | undefined;
  seed: number;
  /** A stream of an OpenAI-compatible server ends with usage only if asked to. */
  includeUsage: boolean;
  /** Images that came with the words; nobody has looked at the bytes yet. */
  pictures: Uint8Array[];
  /** Set where images are wanted, not words. */
  drawings?: Drawing & { count: number };
}

/** `none`: the upstream never says how it ended. `blocked`: the prompt itself was refused; nothing was written. */
export type Ending = 'stop' | 'length' | 'filtered' | 'blocked' | 'none';

/** What is going to be said, before it is put into an upstream's words. */
export interface Answer {
  id: string;
  createdS: number;
  model: string;
  tokens: string[];
  ending: Ending;
  /** Thoughts that a reasoning model shows; empty for the other models. */
  reasoning: string[];
  inputTokens: number;
  /** Finished images, where images were wanted. */
  images: Buffer[] | undefined;
  includeUsage: boolean;
}

/** Writes one stream, piece by piece; every piece is text for the socket. */
export interface StreamEncoder {
  open(): string;
  token(token: string): string;
  close(): string;
  /** The upstream's own error in the middle of a stream. */
  error(): string;
}

/** One wire format. */
export interface Dialect {
  readonly provider: Provider;
  /** False: works without any key, as a server on one's own machine does. */
  readonly keyRequired: boolean;
  readonly errors: UpstreamErrors;
  /** Reads a request body. @throws InvalidCall */
  readCall(body: unknown): Call;
  /** Who really answers on this path, where that depends on the model. */
  forModel?(model: string): Dialect;
  /** Headers of a successful answer beyond the content type. */
  headers(answer: Answer): Record<string, string>;
  whole(answer: Answer): unknown;
  /** What is answered with HTTP 200 when a whole answer fails while it is written; absent where that is an HTTP 500. */
  wholeError?(answer: Answer): unknown;
  /** Absent where answers only come whole. */
  stream?(answer: Answer): StreamEncoder;
}
