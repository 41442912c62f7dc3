import type { Provider } from '../dialects/dialect.ts';
import type { ReceivedMessage } from '../whatsapp/receive-message.ts';

export interface SandboxDefaults {
  /** Pace of the texts; 0 or Infinity is at once. 40 unless told otherwise. */
  tokensPerSecond: number;
  /** Wait before the first token. 0 unless told otherwise. */
  firstTokenDelayMs: number;
}

export interface SandboxOptions extends Partial<SandboxDefaults> {
  host?: string;
  /** 0, as by default, is any free port. */
  port?: number;
  /** Remember the latest 1,000 requests. */
  record?: boolean;
}

/** A request that reached an upstream's endpoint for texts or images. Keys are not kept: somebody may have sent a real one. */
export interface RecordedRequest {
  provider: Provider;
  method: string;
  path: string;
  model: string;
  isStream: boolean;
  /** The first 16 digits of the SHA-256 of the key, in hex. */
  keyHash: string;
  /** As it was sent, the fields of a form as an object; undefined when it could not be read or is too long to keep. */
  body: unknown;
  startedAtMs: number;
  /** Undefined until the answer has ended, and where there was none. */
  status: number | undefined;
  /** The client left before the answer had ended. */
  aborted: boolean;
}

export interface Sandbox {
  /** Without a slash at the end. */
  url: string;
  port: number;
  /** Oldest first; empty unless `record` is set. */
  requests: readonly RecordedRequest[];
  /** What WhatsApp was given to deliver, oldest first. */
  messages: readonly ReceivedMessage[];
  /** Changes what holds for calls that begin from now on. */
  setDefaults(defaults: Partial<SandboxDefaults>): void;
  /** Stops listening and ends the open streams. */
  close(): Promise<void>;
}
