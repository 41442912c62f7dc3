import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiKeyCreated, DeletionView, Session } from '@octavo/contracts';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createAudit, createAuditRepository } from '#features/audit';
import { type Db, openDatabase } from '#platform/db';
import { createLog } from '#platform/log';
import { readConfig } from '../../config.ts';
import { createMedia } from '../../roles/media.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { createPurge } from './purge.ts';
import { createPurgeRepository } from './purge.repository.ts';

const password = 'correct horse battery';

describe('deleting an account', () => {
  let server: TestServer;
  let db: Db;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 1 });
    await server.signUp('stays@example.org');
    db = openDatabase({
      connectionString: server.database.url,
      poolSize: 4,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
  });
  afterAll(async () => {
    await db?.destroy();
    await server?.stop();
  });

  const remove = (user: Awaited<ReturnType<TestServer['signUp']>>, body: object = {}) =>
    user.call<DeletionView>('POST', '/api/account/delete', { password, confirm: 'DELETE', ...body });
  const restore = (email: string, secret = password) =>
    server.call<Session>('POST', '/api/account/restore', { body: { email, password: secret } });
  const login = (email: string) => server.call<Session>('POST', '/api/auth/login', { body: { email, password } });
  const purge = () =>
    createPurge({
      repository: createPurgeRepository(db),
      cancelGeneration: () => Promise.resolve(),
      audit: createAudit({ repository: createAuditRepository(db), log: createLog('silent', 'test') }),
      log: createLog('silent', 'test'),
    });

  /** How many rows of each table speak of this user or his addresses. */
  async function traces(userId: string, email: string): Promise<Record<string, number>> {
    const { rows: tables } = await sql<{ name: string }>`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`.execute(db);
    const found: Record<string, number> = {};
    for (const { name } of tables) {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*)::int AS count FROM ${sql.table(name)} t
        WHERE row_to_json(t)::text LIKE ${`%${userId}%`} OR row_to_json(t)::text LIKE ${`%${email}%`}`.execute(db);
      if (rows[0]?.count) found[name] = rows[0].count;
    }
    return found;
  }

  it('wants the password and a word, and ends everything at once', async () => {
    const user = await server.signUp('leaves@example.org');
    const key = (await user.call<ApiKeyCreated>('POST', '/api/account/keys', { name: 'k' })).body.data;
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
    const { jobId } = await user.generate({ contentType: 'image', prompt: 'A lamp' });
    await user.ended(jobId, 'completed');
    await user.call('POST', '/api/account/keys', { name: 'k' });
    await user.call('POST', '/api/account/totp', { password });
    await server.call('POST', '/api/auth/recover', { body: { email: 'forgotten@example.org' } });
    const { id } = user.session.user;
    expect(Object.keys(await traces(id, 'forgotten@example.org'))).toEqual(
      expect.arrayContaining([
        'users',
        'contents',
        'generations',
        'media',
        'sessions',
        'codes',
        'api_keys',
        'totp_secrets',
      ]),
    );

    await remove(user);
    await sql`UPDATE users SET deletion_due_at = now() WHERE id = ${id}`.execute(db);
    await Promise.all([purge().run(), purge().run()]);
    // What the audit log says stays, and it knows ids alone.
    expect(Object.keys(await traces(id, 'forgotten@example.org'))).toEqual(['audit_log']);
    expect(await traces('forgotten@example.org', 'forgotten@example.org')).toEqual({});
    expect(await traces(jobId, jobId)).toEqual({});

    const config = readConfig(server.env);
    await (await createMedia(config, db)).sweep({ unusedForMs: 86_400_000, claimedForMs: 0 });
    const files = await readdir(config.storage.folder, { recursive: true, withFileTypes: true });
    const kept = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    // What somebody else has as well stays theirs: one image in three sizes.
    expect(kept).toHaveLength(3);
    expect((await stays.call<{ media: unknown[] }>('GET', '/api/media')).body.data.media).toHaveLength(1);
  });
});
