import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GenerationAccepted } from '@octavo/contracts';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Db, openDatabase } from '#platform/db';
import { createSafeFetch } from '#platform/safe-fetch';
import { createStorage, type Storage } from '#platform/storage';
import { readConfig } from '../../config.ts';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';
import { createMediaRepository, createMediaService, createSignedUrls, type MediaService } from './index.ts';

const at = { unusedForMs: 0, claimedForMs: 0 };

describe('images that nothing refers to', () => {
  let server: TestServer;
  let user: TestUser;
  let db: Db;
  let storage: Storage;
  let media: MediaService;
  let folder: string;
  let picture: Buffer;
  let pictures = 0;

  const serviceOn = (store: Storage): MediaService =>
    createMediaService({
      repository: createMediaRepository(db),
      storage: store,
      safeFetch: createSafeFetch({ allowPrivate: [] }),
      signedUrls: createSignedUrls(Buffer.alloc(32)),
      uploadMaxBytes: 1_000_000,
    });

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    db = openDatabase({
      connectionString: server.database.url,
      poolSize: 8,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
    const settings = readConfig(server.env).storage;
    folder = settings.folder;
    storage = await createStorage(settings);
    media = serviceOn(storage);
  });
  beforeEach(async () => {
    await sql`DELETE FROM media`.execute(db);
    await media.sweep(at);
    expect(await files()).toEqual([]);
    user = await server.signUp();
    const background = `#${(pictures += 1).toString(16).padStart(6, '0')}`;
    picture = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toBuffer();
  });
  afterAll(async () => {
    await db?.destroy();
    await server?.stop();
  });

  async function files(): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
  }
  const upload = async (owner = user): Promise<string> => (await owner.upload(picture)).body.data.id;
  const isThere = async (owner: TestUser, id: string): Promise<boolean> =>
    (await media.read(owner.session.user.id, id).catch(() => undefined)) !== undefined;
  const generate = (): Promise<GenerationAccepted> => user.generate({ delayMs: 60_000 });

  it('stay for a day, and are then removed with their files', async () => {
    const id = await upload();
    await media.sweep();
    expect([await isThere(user, id), (await files()).length]).toEqual([true, 3]);
    await sql`UPDATE media SET created_at = now() - interval '23 hours 59 minutes'`.execute(db);
    await media.sweep();
    expect(await isThere(user, id)).toBe(true);
    await sql`UPDATE media SET created_at = now() - interval '24 hours'`.execute(db);
    await sql`UPDATE media_files SET claimed_at = now() - interval '1 hour'`.execute(db);
    await media.sweep();
    expect([await isThere(user, id), await files()]).toEqual([false, []]);
    expect((await sql`SELECT FROM media_files`.execute(db)).rows).toEqual([]);
  });

  it('are kept by a generation and by a content, and cannot be deleted under them', async () => {
    const [one, two] = [await upload(), await upload()];
    const { id: contentId, jobId: generationId } = await generate();
    const me = user.session.user.id;
    await media.use(me, [one, one], { generationId });
    await media.use(me, [one], { generationId });
    await media.use(me, [two], { contentId });
    await media.sweep(at);
    for (const id of [one, two]) {
      const answer = await user.call('DELETE', `/api/media/${id}`);
      expect([answer.status, answer.body.code]).toEqual([409, 'image_in_use']);
      expect(answer.body.detail).toContain('“Tea”');
      expect(await isThere(user, id)).toBe(true);
    }

    // A deleted content can be restored, with its images; but the user may now take them away for good.
    expect((await user.call('DELETE', `/api/content/${contentId}`)).status).toBe(200);
    await media.sweep(at);
    expect([await isThere(user, one), await isThere(user, two)]).toEqual([true, true]);
    expect((await user.call('DELETE', `/api/media/${one}`)).status).toBe(200);
    expect(await isThere(user, one)).toBe(false);

    // Gone for good, it keeps nothing.
    await sql`DELETE FROM contents WHERE id = ${contentId}`.execute(db);
    await media.sweep(at);
    expect([await isThere(user, two), await files()]).toEqual([false, []]);
  });

  it('can be used only by their owner, all of them or none', async () => {
    const stranger = await server.signUp();
    const [mine, theirs] = [await upload(), await upload(stranger)];
    const { jobId: generationId } = await generate();
    const me = user.session.user.id;
    const both = db.transaction().execute((trx) => media.use(me, [mine, theirs], { generationId }, trx));
    await expect(both).rejects.toMatchObject({ code: 'not_found' });
    expect((await sql`SELECT FROM media_uses`.execute(db)).rows).toEqual([]);
  });

  it('take the file with them only when nobody else has it', async () => {
    const friend = await server.signUp();
    const [mine, theirs] = [await upload(), await upload(friend)];
    expect(await files()).toHaveLength(3);
    await user.call('DELETE', `/api/media/${mine}`);
    await media.sweep({ claimedForMs: 0 });
    expect([await isThere(friend, theirs), (await files()).length]).toEqual([true, 3]);
    await friend.call('DELETE', `/api/media/${theirs}`);
    await media.sweep({ claimedForMs: 0 });
    expect(await files()).toEqual([]);
  });

  it('leave with their user', async () => {
    await upload();
    await sql`DELETE FROM users WHERE id = ${user.session.user.id}`.execute(db);
    await media.sweep({ claimedForMs: 0 });
    expect(await files()).toEqual([]);
  });

  it('a crash between writing and noting leaves files that the next sweep finds', async () => {
    const crashing = serviceOn({
      ...storage,
      async put(key, bytes, mediaType) {
        await storage.put(key, bytes, mediaType);
        if (key.endsWith('large')) throw new Error('the process is gone');
      },
    });
    await expect(crashing.upload(user.session.user.id, { bytes: picture }, '')).rejects.toThrow('gone');
    expect(await files()).toHaveLength(2);
    await media.sweep();
    expect(await files(), 'somebody may still be writing').toHaveLength(2);
    await media.sweep({ claimedForMs: 0 });
    expect(await files()).toEqual([]);
  });

  it('a crash in the middle of removing is finished later, and hits nothing that was stored meanwhile', async () => {
    await upload();
    await sql`DELETE FROM media`.execute(db);
    const crashing = serviceOn({
      ...storage,
      async delete(key) {
        await storage.delete(key);
        throw new Error('the process is gone');
      },
    });
    await expect(crashing.sweep(at)).rejects.toThrow('could not be removed');
    expect(await files()).toHaveLength(2);
    const again = await upload();
    expect(await files()).toHaveLength(5);
    await media.sweep({ claimedForMs: 0 });
    expect([await isThere(user, again), (await files()).length]).toEqual([true, 3]);
  });

  it('a sweep that comes between claim, bytes and insert does not lose the upload', async () => {
    let sweeps = 0;
    const disturbed = serviceOn({
      ...storage,
      async put(key, bytes, mediaType) {
        await storage.put(key, bytes, mediaType);
        // Once after each variant of the first try, as if an hour passed between two statements.
        if ((sweeps += 1) <= 3) await media.sweep({ claimedForMs: 0 });
      },
    });
    const { id } = await disturbed.upload(user.session.user.id, { bytes: picture }, '');
    expect(sweeps).toBe(6);
    expect([await isThere(user, id), (await files()).length]).toEqual([true, 3]);
  });

  it('identical uploads, deletions and sweeps at once: what is answered stays, the rest goes', async () => {
    const friend = await server.signUp();
    const sweepers = [serviceOn(storage), serviceOn(storage)];
    let old = await upload();
    for (let round = 0; round < 25; round += 1) {
      const [fresh, mine] = await Promise.all([
        media.upload(friend.session.user.id, { bytes: picture }, ''),
        upload(),
        user.call('DELETE', `/api/media/${old}`),
        ...sweepers.map((service) => service.sweep({ claimedForMs: 0 })),
      ]);
      old = mine;
      await media.sweep({ claimedForMs: 0 });
      expect([round, await isThere(friend, fresh.id), await isThere(user, old)]).toEqual([round, true, true]);
      expect(await files()).toHaveLength(3);
      await media.delete(friend.session.user.id, fresh.id);
    }
  });

  it('a deletion waits for a use that is being added, and the other way round', async () => {
    const me = user.session.user.id;
    const id = await upload();
    const { jobId: generationId } = await generate();
    const isWaiting = async (): Promise<boolean> => {
      const waiting = await sql`SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(db);
      return waiting.rows.length > 0;
    };

    let deletion: Promise<unknown> = Promise.resolve();
    await db.transaction().execute(async (trx) => {
      await media.use(me, [id], { generationId }, trx);
      deletion = media.delete(me, id).catch((error: unknown) => error);
      await until(isWaiting);
    });
    expect(await deletion).toMatchObject({ code: 'image_in_use' });

    await sql`DELETE FROM media_uses`.execute(db);
    let use: Promise<unknown> = Promise.resolve();
    await db.transaction().execute(async (trx) => {
      await createMediaRepository(trx as unknown as Db).setAlt(me, id, 'x');
      await sql`SELECT FROM media WHERE id = ${id} FOR UPDATE`.execute(trx);
      use = media.use(me, [id], { generationId }).catch((error: unknown) => error);
      await until(isWaiting);
      await sql`DELETE FROM media WHERE id = ${id}`.execute(trx);
    });
    expect(await use).toMatchObject({ code: 'not_found' });
  });
});
