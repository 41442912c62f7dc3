import type { ServerResponse } from 'node:http';

/**
 * Writes tokens at a pace. Each token is due at a time counted from the start, so a late timer does not slow the
 * stream down: whatever is due by then goes out together. One timer a stream; a client that does not read is waited
 * for, so that nothing piles up. Rejects when the client leaves.
 */
export function writePaced(options: {
  response: ServerResponse;
  tokens: readonly string[];
  encode: (token: string) => string;
  /** 0 is at once. */
  tokensPerSecond: number;
  /** Before the first token. */
  delayMs: number;
  gone: AbortSignal;
}): Promise<void> {
  const { response, tokens, encode, tokensPerSecond, delayMs, gone } = options;
  const startMs = performance.now() + delayMs;
  const dueMs = (index: number) => (tokensPerSecond === 0 ? startMs : startMs + ((index + 1) * 1000) / tokensPerSecond);

  return new Promise((resolve, reject) => {
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    const leave = () => {
      clearTimeout(timer);
      reject(gone.reason as Error);
    };
    const step = () => {
      const nowMs = performance.now();
      let due = '';
      // Timers fire up to a millisecond early.
      while (next < tokens.length && dueMs(next) <= nowMs + 1) due += encode(tokens[next++] as string);
      const isRead = due === '' || response.write(due);
      if (next >= tokens.length) {
        gone.removeEventListener('abort', leave);
        resolve();
      } else if (!isRead && !response.destroyed) {
        response.once('drain', step);
      } else {
        timer = setTimeout(step, Math.max(1, dueMs(next) - nowMs));
      }
    };
    if (gone.aborted) return leave();
    gone.addEventListener('abort', leave, { once: true });
    step();
  });
}
