import type { OutboxView } from '@octavo/contracts';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '#platform/db';
import type { Vault } from '#platform/vault';
import type { Message } from './message.ts';

/** Messages that no transport could take, for an admin to read. */
export interface Outbox {
  add(message: Message): Promise<void>;
  /** The newest hundred. */
  list(): Promise<OutboxView['messages']>;
}

const keep = 1000;

export function createOutbox(deps: { db: Db; vault: Vault }): Outbox {
  const { db, vault } = deps;
  const placeOf = (row: string) => ({ table: 'outbox_messages', row, column: 'sealed' });
  return {
    async add({ channel, to, subject, text }) {
      const id = uuidv7();
      const sealed = await vault.seal(placeOf(id), JSON.stringify({ subject, text }));
      await db.insertInto('outbox_messages').values({ id, channel, destination: to, sealed }).execute();
      await sql`
        DELETE FROM outbox_messages WHERE created_at < now() - interval '7 days'
          OR id <= (SELECT id FROM outbox_messages ORDER BY id DESC OFFSET ${keep} LIMIT 1)`.execute(db);
    },
    async list() {
      const rows = await db.selectFrom('outbox_messages').selectAll().orderBy('id', 'desc').limit(100).execute();
      return Promise.all(
        rows.map(async ({ id, channel, destination, sealed, created_at: createdAt }) => {
          const { subject, text } = JSON.parse(await vault.open(placeOf(id), sealed)) as Record<
            'subject' | 'text',
            string
          >;
          return { id, channel, to: destination, subject, text, createdAt: createdAt.toISOString() };
        }),
      );
    },
  };
}
