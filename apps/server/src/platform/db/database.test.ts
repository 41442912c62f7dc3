import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { openDatabase } from './database.ts';

/** Stands between a client and the database, and can fall silent without closing anything. */
async function startProxy(serverUrl: string) {
  const url = new URL(serverUrl);
  const target = url.searchParams.get('host') ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'octavo-proxy-'));
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const upstream = connect(
      target ? { path: join(target, '.s.PGSQL.5432') } : { host: url.hostname, port: +url.port },
    );
    sockets.push(client, upstream);
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
  url.searchParams.set('host', folder);
  return {
    url: url.toString(),
    get connections() {
      return sockets.length / 2;
    },
    /** From now on nothing passes any more on the connections there are. */
    swallow() {
      for (const socket of sockets) socket.unpipe();
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe('a database connection that falls silent', () => {
  const stops: Array<() => unknown> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  it('fails its query in time and is not handed out again', async () => {
    const proxy = await startProxy(inject('serverUrl'));
    stops.push(proxy.stop);
    const db = openDatabase({
      connectionString: proxy.url,
      poolSize: 1,
      applicationName: 'test',
      limits: { query_timeout: 2000 },
      onIdleError: () => undefined,
    });
    stops.push(() => db.destroy());
    const ask = () => sql<{ one: number }>`SELECT 1 AS one`.execute(db);
    expect((await ask()).rows).toEqual([{ one: 1 }]);
    expect(proxy.connections).toBe(1);
    proxy.swallow();
    await expect(ask()).rejects.toThrow('Query read timeout');
    expect((await ask()).rows).toEqual([{ one: 1 }]);
    expect(proxy.connections).toBe(2);
  });
});
