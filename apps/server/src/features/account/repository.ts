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
  };
}
