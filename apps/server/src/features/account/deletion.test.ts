import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiKeyCreated, DeletionView, Session, TotpSetup } from '@octavo/contracts';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createAudit, createAuditRepository } from '#features/audit';
import { verifyLedger } from '#features/budgets';
import { type Db, openDatabase } from '#platform/db';
import { createLog } from '#platform/log';
import { createQueue, type JobQueue } from '#platform/queue';
import { readConfig } from '../../config.ts';
import { createMedia } from '../../roles/media.ts';
import { createAuthenticator } from '../../testing/authenticator.ts';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';
import { createPurge } from './purge.ts';
import { createPurgeRepository } from './purge.repository.ts';

const password = 'correct horse battery';
const origin = 'https://octavo.example.org';

describe('deleting an account', () => {
  let server: TestServer;
  let db: Db;
  let admin: TestUser;
  let queue: JobQueue;

  beforeAll(async () => {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      env: {
        PUBLIC_URL: origin,
        PRICE_OVERRIDES: JSON.stringify({ 'sandbox/*': { usdPerTake: 0.02 } }),
        SANDBOX_TOKENS_PER_SECOND: '0',
      },
    });
    admin = await server.signUp('stays@example.org');
    queue = createQueue({ databaseUrl: server.database.url, redisUrl: undefined }, createLog('silent', 'test'));
    db = openDatabase({
      connectionString: server.database.url,
      poolSize: 4,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
  });
  afterAll(async () => {
    await queue?.close();
    await db?.destroy();
    await server?.stop();
  });

  const remove = (user: Awaited<ReturnType<TestServer['signUp']>>, body: object = {}) =>
    user.call<DeletionView>('POST', '/api/account/delete', { password, confirm: 'DELETE', ...body });
  const restore = (email: string, secret = password) =>
    server.call<Session>('POST', '/api/account/restore', { body: { email, password: secret } });
  const login = (email: string) => server.call<Session>('POST', '/api/auth/login', { body: { email, password } });
  const purge = (log = createLog('silent', 'test')) =>
    createPurge({
      repository: createPurgeRepository(db),
      cancelGeneration: () => Promise.resolve(),
      removeJobs: queue.remove,
      audit: createAudit({ repository: createAuditRepository(db), log }),
      log,
    });

  /** How many rows of each table of any schema, those that come in future included, hold one of these words. */
  async function traces(words: string[]): Promise<Record<string, number>> {
    const { rows: tables } = await sql<{ schema: string; name: string }>`
      SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`.execute(db);
    const found: Record<string, number> = {};
    // The queue library's own ring of its last 10,000 events names jobs by random ids, and nothing else of them.
    const isRing = ({ schema, name }: (typeof tables)[number]) => schema === 'bullmq' && name === 'event';
    const pattern = words.join('|').replaceAll('.', String.raw`\.`);
    for (const { schema, name } of tables.filter((table) => !isRing(table))) {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*)::int AS count FROM ${sql.table(`${schema}.${name}`)} t
        WHERE row_to_json(t)::text ~ ${pattern}`.execute(db);
      if (rows[0]?.count) found[schema === 'public' ? name : `${schema}.${name}`] = rows[0].count;
    }
    return found;
  }
  const idsOf = async (table: 'contents' | 'generations' | 'media' | 'batches', userId: string) => {
    const { rows } = await sql<{ id: string }>`SELECT id FROM ${sql.table(table)} WHERE user_id = ${userId}`.execute(
      db,
    );
    return rows.map(({ id }) => id);
  };

  it('wants the password and a word, and ends everything at once', async () => {
    const user = await server.signUp('leaves@example.org');
    const key = (
      await user.call<ApiKeyCreated>('POST', '/api/account/keys', { password: 'correct horse battery', name: 'k' })
    ).body.data;
    const { id } = await user.generate({ delayMs: 60_000 });
    expect((await remove(user, { password: 'wrong' })).status).toBe(401);
    expect((await remove(user, { confirm: 'yes' })).status).toBe(400);
    const deleted = await remove(user);
    expect(deleted.status).toBe(200);
    const days = (Date.parse(deleted.body.data.deletedAt) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(7);
    expect((await user.call('GET', '/api/auth/me')).status).toBe(401);
    expect((await server.call('GET', '/api/content', { token: key.key })).status).toBe(401);
    expect((await login('leaves@example.org')).body.code).toBe('account_deleted');
    const { rows } = await sql`SELECT status FROM generations WHERE content_id = ${id}`.execute(db);
    expect(rows).toEqual([{ status: 'cancelled' }]);
  });

  it('can be undone for a week, by its owner', async () => {
    const user = await server.signUp('returns@example.org');
    await remove(user);
    expect((await restore('returns@example.org', 'wrong password')).status).toBe(401);
    const back = await restore('returns@example.org');
    expect(back.status).toBe(200);
    expect((await server.call('GET', '/api/auth/me', { token: back.body.data.access_token })).status).toBe(200);
    expect((await restore('returns@example.org')).status).toBe(404);
    expect(await purge().run()).toBe(0);

    const again = { password, confirm: 'DELETE' };
    await server.call('POST', '/api/account/delete', { body: again, token: back.body.data.access_token });
    await sql`UPDATE users SET deletion_due_at = now() WHERE email = 'returns@example.org'`.execute(db);
    expect((await restore('returns@example.org')).status).toBe(404);
  });

  it('leaves no row and no file behind', async () => {
    const user = await server.signUp('forgotten@example.org');
    const stays = await server.signUp('remembered@example.org');
    const picture = (background: string) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer();
    const shared = await picture('#123456');
    await user.upload(shared);
    await user.upload(await picture('#654321'));
    await stays.upload(shared);
    const { id } = user.session.user;
    const email = 'forgotten@example.org';
    for (const scope of [`user:${id}`, 'server']) {
      await admin.call('PUT', `/api/budgets/${scope}/month`, { limitMicroUsd: 50_000_000 });
    }
    await user.call('PUT', '/api/budgets/me/month', { limitMicroUsd: 40_000_000 });
    const { jobId } = await user.generate({ contentType: 'image', prompt: 'A lamp' }, { 'idempotency-key': 'once' });
    await user.ended(jobId, 'completed');
    const { id: contentId } = await user.generate();
    await until(
      async () => (await sql`SELECT 1 FROM generations WHERE status = 'completed'`.execute(db)).rows.length > 1,
    );
    await user.call('PUT', `/api/content/${contentId}`, { generatedText: 'Words of my own' });
    const batch = {
      title: 'A batch',
      contentType: 'social',
      template: { title: '{{name}}', prompt: 'About {{name}}' },
      rows: [{ name: 'Ada' }],
      startsPaused: false,
    };
    await user.call('POST', '/api/batches', batch, { 'idempotency-key': 'one-batch' });
    await user.call('POST', '/api/account/keys', { password: 'correct horse battery', name: 'k' });
    const { secret } = (await user.call<TotpSetup>('POST', '/api/account/totp', { password })).body.data;
    const code = TOTP.generate({ secret: Secret.fromBase32(secret) });
    expect((await user.call('POST', '/api/account/totp/confirm', { code })).status).toBe(200);
    const ask = { password };
    const options = await user.call<{ options: { challenge: string } }>('POST', '/api/account/passkeys/options', ask);
    const { challenge } = options.body.data.options;
    const response = createAuthenticator().register({ challenge, origin, rpId: new URL(origin).hostname });
    expect((await user.call('POST', '/api/account/passkeys', { name: 'Phone', response })).status).toBe(201);
    // One that is left lying.
    await user.call('POST', '/api/account/passkeys/options', ask);
    await admin.call('POST', '/api/admin/invitations', { email });
    await server.call('POST', '/api/auth/recover', { body: { email } });
    await user.generate({ delayMs: 3_600_000 });
    await until(async () => (await idsOf('generations', id)).length === 4);
    // The row of the batch as well: nothing of theirs is being written any more.
    await until(async () => {
      const { rows } = await sql`SELECT FROM generations WHERE user_id = ${id} AND status = 'completed'`.execute(db);
      return rows.length === 3;
    });
    const names = [id, email];
    for (const table of ['contents', 'generations', 'media', 'batches'] as const)
      names.push(...(await idsOf(table, id)));
    // A table that is added later is in here by itself.
    const { rows: linked } = await sql<{ name: string }>`
      SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint WHERE confrelid = 'users'::regclass`.execute(
      db,
    );
    await until(async () => 'outbox_messages' in (await traces([email])));
    expect(Object.keys(await traces(names)).sort()).toEqual(
      expect.arrayContaining([
        ...linked.map(({ name }) => name),
        'api_keys',
        'batch_rows',
        'batches',
        'budget_usage',
        'budgets',
        'bullmq.job',
        'codes',
        'content_versions',
        'contents',
        'generation_attempts',
        'generation_events',
        'generations',
        'idempotency_keys',
        'invitations',
        'ledger_entries',
        'media',
        'media_uses',
        'outbox_messages',
        'passkey_challenges',
        'passkeys',
        'recovery_codes',
        'refresh_tokens',
        'sessions',
        'totp_secrets',
        'users',
      ]),
    );
    const spent = async () =>
      (await sql`SELECT sum(micro_usd) AS spent FROM ledger_entries WHERE kind = 'settle'`.execute(db)).rows;
    await remove(user);
    // Its address, the invitation, the way back, the deletion: each goes out up to a second after the answer.
    await until(async () => {
      const { rows } = await sql`SELECT FROM outbox_messages WHERE destination = ${email}`.execute(db);
      return rows.length === 4;
    });
    const before = await spent();
    await sql`UPDATE users SET deletion_due_at = now() WHERE id = ${id}`.execute(db);
    await Promise.all([purge().run(), purge().run()]);
    // What the audit log says stays, and it knows ids alone.
    expect(Object.keys(await traces(names))).toEqual(['audit_log']);
    expect(await traces(names.filter((name) => name !== id))).toEqual({});
    // What was spent is still counted.
    expect(await spent()).toEqual(before);
    expect(await verifyLedger(db)).toEqual([]);
    expect((await user.call('GET', '/api/auth/me')).status).toBe(401);

    const config = readConfig(server.env);
    await (await createMedia(config, db)).sweep({ unusedForMs: 86_400_000, claimedForMs: 0 });
    const files = await readdir(config.storage.folder, { recursive: true, withFileTypes: true });
    const kept = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    // What somebody else has as well stays theirs: one image in three sizes.
    expect(kept).toHaveLength(3);
    expect((await stays.call<{ media: unknown[] }>('GET', '/api/media')).body.data.media).toHaveLength(1);
  });

  it('removes the others when one account cannot be removed, and does not say who it is', async () => {
    const people = [await server.signUp(), await server.signUp('stuck@example.org'), await server.signUp()];
    const ids = people.map(({ session }) => session.user.id);
    const left = async () => {
      const { rows } = await sql<{ id: string }>`SELECT id FROM users WHERE id = ANY(${ids}::uuid[])`.execute(db);
      return rows.map(({ id }) => id);
    };
    const said: string[] = [];
    const log = createLog('info', 'test', { write: (line) => void said.push(line) });
    await sql`
      CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.email = 'stuck@example.org' THEN RAISE EXCEPTION 'cannot remove %', OLD.email; END IF;
        RETURN OLD;
      END $$`.execute(db);
    await sql`CREATE TRIGGER stuck BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION stuck()`.execute(db);
    await sql`UPDATE users SET deletion_due_at = now() WHERE id = ANY(${ids}::uuid[])`.execute(db);
    await purge(log).run();
    expect(await left()).toEqual([ids[1]]);
    expect(said.join('')).toContain('account not removed');
    expect(said.join('')).not.toContain('stuck@example.org');
    await sql`DROP FUNCTION stuck CASCADE`.execute(db);
    expect(await purge().run()).toBe(1);
    expect(await left()).toEqual([]);
  });

  it('takes what is large in bites', async () => {
    const { id } = (await server.signUp()).session.user;
    await sql`
      INSERT INTO contents (id, user_id, title, content_type, prompt, body)
      SELECT gen_random_uuid(), ${id}, 'x', 'social', '', 'x' FROM generate_series(1, 250)`.execute(db);
    await sql`
      INSERT INTO batches (id, user_id, title, content_type, template, columns)
      SELECT gen_random_uuid(), ${id}, 'x', 'social', '{}', '{}' FROM generate_series(1, 45)`.execute(db);
    await sql`
      INSERT INTO ledger_entries (generation_id, attempt, kind, user_id, provider, micro_usd, counted_at)
      SELECT gen_random_uuid(), 1, 'settle', ${id}, 'sandbox', 1, now() FROM generate_series(1, 10500)`.execute(db);
    await sql`CREATE TABLE bites (what text, transaction xid8, count integer)`.execute(db);
    await sql`
      CREATE FUNCTION note_bite() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO bites SELECT TG_TABLE_NAME, pg_current_xact_id(), count(*) FROM gone HAVING count(*) > 0;
        RETURN NULL;
      END $$`.execute(db);
    for (const [table, deed] of [
      ['contents', 'DELETE'],
      ['batches', 'DELETE'],
      ['ledger_entries', 'UPDATE'],
    ] as const) {
      await sql`CREATE TRIGGER note_bite AFTER ${sql.raw(deed)} ON ${sql.table(table)} REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION note_bite()`.execute(db);
    }
    await sql`UPDATE users SET deletion_due_at = now() WHERE id = ${id}`.execute(db);
    expect(await purge().run()).toBe(1);
    const { rows } = await sql`
      SELECT what, max(count) AS most, sum(count)::int AS total, count(DISTINCT transaction)::int AS transactions
      FROM bites GROUP BY what ORDER BY what`.execute(db);
    await sql`DROP FUNCTION note_bite CASCADE`.execute(db);
    await sql`DROP TABLE bites`.execute(db);
    expect(rows).toEqual([
      { what: 'batches', most: 20, total: 45, transactions: 3 },
      { what: 'contents', most: 100, total: 250, transactions: 3 },
      { what: 'ledger_entries', most: 5000, total: 10500, transactions: 3 },
    ]);
  });
});
