import type { UpdateAccountBody } from '@octavo/contracts';
import type { Db } from '#platform/db';

export type AccountRepository = ReturnType<typeof createAccountRepository>;

export function createAccountRepository(db: Db) {
  return {
    find: (id: string) => db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(),

    async update(id: string, changes: UpdateAccountBody): Promise<void> {
      await db
        .updateTable('users')
        .set({
          ...(changes.firstName !== undefined && { first_name: changes.firstName }),
          ...(changes.lastName !== undefined && { last_name: changes.lastName }),
          ...(changes.language !== undefined && { language: changes.language }),
        })
        .where('id', '=', id)
        .execute();
    },

    /** @returns false when the password was changed meanwhile */
    async setPassword(id: string, fromHash: string, toHash: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set({ password_hash: toHash })
        .where('id', '=', id)
        .where('password_hash', '=', fromHash)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}
