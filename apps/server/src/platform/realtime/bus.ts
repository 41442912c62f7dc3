import type { GenerationEvent } from '@octavo/contracts';

/** What processes tell each other. A hint that may be lost: the database stays the truth. */
export type BusMessage =
  | { topic: 'generation'; userId: string; event: GenerationEvent }
  | { topic: 'cancel'; generationId: string }
  /** Rows of this batch may be submitted. */
  | { topic: 'batch'; batchId: string }
  /** Something has come into the line of a limited provider, or one of its calls has ended. */
  | { topic: 'line'; provider: string }
  /** A provider has begun to be left alone, or works again. */
  | { topic: 'circuit'; provider: string }
  /** The key of a provider was stored or removed. */
  | { topic: 'provider-keys' }
  /** Something of what this user may do has changed: look again before anything else is allowed. */
  | { topic: 'access'; userId: string };

export interface EventBus {
  /** Never throws and never waits; messages of the same moment travel together. */
  publish(message: BusMessage): void;
  /** Every message of every process, this one's included. Returns the way to stop. */
  subscribe(listener: (message: BusMessage) => void): () => void;
  /** Called when messages may have been missed, because the connection broke and is back. */
  onGap(listener: () => void): () => void;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Waiting messages beyond this are dropped: whoever reads them will ask the run log. */
export const maxWaitingMessages = 20_000;

export function createListeners<Argument>() {
  const listeners = new Set<(argument: Argument) => void>();
  return {
    add(listener: (argument: Argument) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    call(argument: Argument) {
      for (const listener of listeners) listener(argument);
    },
  };
}
