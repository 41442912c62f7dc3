import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createAudit, createAuditRepository } from '#features/audit';
import { type Db, openDatabase } from '#platform/db';
import { createLog } from '#platform/log';
import { readConfig } from '../../config.ts';
import { createMedia } from '../../roles/media.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { createPortabilityRepository } from './repository.ts';
import { createPortability, type Portability } from './service.ts';

describe('exports and imports at once', () => {
  let server: TestServer;
  let db: Db;
  let users: string[];
  let open: (stallMs?: number) => Portability;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    db = openDatabase({
      connectionString: server.database.url,
      poolSize: 4,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
    const config = readConfig(server.env);
    const media = await createMedia(config, db);
    users = [];
    for (let count = 0; count < 5; count += 1) users.push((await server.signUp()).session.user.id);
    open = (stallMs = 3_600_000) =>
      createPortability({
        repository: createPortabilityRepository(db),
        audit: createAudit({ repository: createAuditRepository(db), log: createLog('silent', 'test') }),
        media,
        dataFolder: config.dataFolder,
        importMaxBytes: 1_048_576,
        stallMs,
      });
  });
  afterAll(async () => {
    await db?.destroy();
    await server?.stop();
  });
  const user = (index: number) => users[index] ?? '';
  const busy = { code: 'too_many_requests' };

  it('counts a download until it was read or left', async () => {
    const portability = open();
    const first = await portability.export(user(0));
    await expect(portability.export(user(0))).rejects.toMatchObject(busy);
    expect(await buffer(first.stream)).toHaveLength(first.bytes);
    const streams = [];
    for (const index of [0, 1, 2, 3]) streams.push((await portability.export(user(index))).stream);
    await expect(portability.export(user(4))).rejects.toMatchObject(busy);
    const [left] = streams;
    left?.destroy();
    if (left) await once(left, 'close');
    streams.push((await portability.export(user(4))).stream);
    for (const stream of streams) stream.destroy();
  });

  it('ends a download that nobody reads', async () => {
    const portability = open(20);
    const { stream } = await portability.export(user(0));
    const [error] = (await once(stream, 'error')) as [Error];
    expect(error.message).toContain('stalled');
    if (!stream.closed) await once(stream, 'close');
    const next = await portability.export(user(0));
    next.stream.destroy();
  });

  it('lets nobody wait for those who send slowly, and so many of them only', async () => {
    const portability = open();
    const { stream } = await portability.export(user(0));
    const zip = await buffer(stream);
    const slow = [1, 2, 3].map((index) => {
      const body = new PassThrough();
      body.write(zip.subarray(0, 10));
      return { body, result: portability.import(user(index), body) };
    });
    await expect(portability.import(user(1), Readable.from([zip]))).rejects.toMatchObject(busy);
    expect(await portability.import(user(0), Readable.from([zip]))).toMatchObject({ contents: 0 });
    const one = new PassThrough();
    const last = portability.import(user(0), one);
    await expect(portability.import(user(4), Readable.from([zip]))).rejects.toMatchObject(busy);
    for (const { body } of slow) body.end(zip.subarray(10));
    one.end(zip);
    expect(await Promise.all([last, ...slow.map(({ result }) => result)])).toHaveLength(4);
  });
});
