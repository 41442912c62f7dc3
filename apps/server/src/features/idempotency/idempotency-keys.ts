import { createHash } from 'node:crypto';
import type { Db } from '#platform/db';
import { AppError } from '#platform/http';

/** A request, and the key that its sender gave it. */
export interface Idempotency {
  key: string;
  fingerprint: Buffer;
}

export type IdempotencyKeys = ReturnType<typeof createIdempotencyKeys>;

/** Two requests are the same when their contents are, in whatever order their fields came. */
export function idempotencyOf(key: string | undefined, request: object): Idempotency | undefined {
  if (key === undefined) return undefined;
  const fields = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
  return { key, fingerprint: createHash('sha256').update(JSON.stringify(fields)).digest() };
}

/**
 * What the keys of users stand for: one name space a user, whatever route a key was sent to. A key is claimed by the
 * statement that stores what was asked for, so that both are there or neither is.
 */
export function createIdempotencyKeys(db: Db) {
  /**
   * @returns the id of what the first request under the key made, undefined when nothing was
   * @throws AppError idempotency_conflict when that was another request
   */
  async function first(
    userId: string,
    { key, fingerprint }: Idempotency,
    made: 'generation_id' | 'batch_id',
  ): Promise<string | undefined> {
    const row = await db
      .selectFrom('idempotency_keys')
      .select(['fingerprint', `${made} as id`])
      .where('user_id', '=', userId)
      .where('key', '=', key)
      .executeTakeFirst();
    if (!row) return undefined;
    if (row.id === null || !row.fingerprint.equals(fingerprint)) throw new AppError('idempotency_conflict');
    return row.id;
  }

  return {
    first,

    /**
     * Makes what is asked for, unless the same request made it before: then that is shown.
     * @param steps.make stores what it makes together with the key; throws an AppError when the key was taken meanwhile
     * @throws what `make` throws, AppError idempotency_conflict
     */
    async once<Answer>(
      userId: string,
      idempotency: Idempotency | undefined,
      made: 'generation_id' | 'batch_id',
      { show, make }: { show: (id: string) => Promise<Answer>; make: () => Promise<Answer> },
    ): Promise<Answer> {
      if (!idempotency) return make();
      const before = await first(userId, idempotency, made);
      if (before !== undefined) return show(before);
      try {
        return await make();
      } catch (error) {
        // What stands in the way may be this very request, sent twice.
        const twin = error instanceof AppError ? await first(userId, idempotency, made) : undefined;
        if (twin !== undefined) return show(twin);
        throw error;
      }
    },
  };
}
