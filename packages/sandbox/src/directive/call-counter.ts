import { createHash } from 'node:crypto';

/** Prompts remembered; the one used longest ago is forgotten first. */
const capacity = 10_000;

/** Counts the calls per exact prompt, for `times=N`. Keeps digests, not prompts, so that its memory has a bound. */
export function createCallCounter() {
  const counts = new Map<string, number>();
  return {
    /** Which call with this prompt this is: 1 for the first. */
    next(prompt: string): number {
      const key = createHash('sha256').update(prompt).digest('base64url');
      const count = (counts.get(key) ?? 0) + 1;
      counts.delete(key);
      counts.set(key, count);
      if (counts.size > capacity) {
        const [oldest] = counts.keys();
        if (oldest !== undefined) counts.delete(oldest);
      }
      return count;
    },
  };
}
export type CallCounter = ReturnType<typeof createCallCounter>;
