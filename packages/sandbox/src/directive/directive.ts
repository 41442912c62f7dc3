import type { Provider } from '../dialects/dialect.ts';
import type { Fault } from './faults.ts';

/** What a prompt asks of the sandbox with `[sandbox:FAULT key=value …]`. */
export interface Directive {
  /** Undefined for `[sandbox:ok …]`. */
  fault: Fault | undefined;
  /** Only so many calls with this exact prompt fail, … */
  times: number | undefined;
  /** … the first of them being this one: 1 unless told. */
  from: number | undefined;
  /** Tokens written before the fault. */
  after: number | undefined;
  tokensPerSecond: number | undefined;
  /** Wait before the first token. */
  delayMs: number | undefined;
  words: number | undefined;
  retryAfterS: number | undefined;
  /** Only this upstream fails, so that a fallback to another one can be tried with the same prompt. */
  only: Provider | undefined;
}
