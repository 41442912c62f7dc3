import { createHash } from 'node:crypto';
import type { ProvidersView, ReadyView } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hostedBy, startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { EnvelopeError } from '#platform/crypto';
import { createLog } from '#platform/log';
import { createBus } from '#platform/realtime';
import { createTestDatabase } from '../../testing/database.ts';
import { until } from '../../testing/until.ts';
import { createStoredKeys } from './stored-keys.ts';

const redisUrl = inject('redisUrl');

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 16);

/** Hosted providers are the sandbox, and nobody has a key. */
function withoutKeys(url: string): Record<string, string> {
  return Object.fromEntries(Object.entries(hostedBy(url)).filter(([name]) => !name.endsWith('_API_KEY')));
}

describe.each([
  { backend: 'postgres', limit: '0', skip: false },
  { backend: 'postgres', limit: '1000', skip: false },
  { backend: 'redis', limit: '1000', skip: redisUrl === undefined },
])('the key of a provider that an admin stores ($backend, limit $limit)', ({ backend, limit, skip }) => {
  describe.skipIf(skip)('while everything runs', () => {
    let server: TestServer;
    let admin: TestUser;

    beforeAll(async () => {
      server = await startTestServer({
        serverUrl: inject('serverUrl'),
        ...(backend === 'redis' && { redisUrl: `${redisUrl}/7` }),
        hosted: withoutKeys,
        env: { XAI_RATE_PER_MINUTE: limit, GOOGLE_API_KEY: '' },
        workers: 2,
      });
      admin = await server.signUp();
    });
    afterAll(() => server?.stop());

    const store = (apiKey: string) => admin.call('PUT', '/api/admin/secrets/xai', { apiKey });
    const remove = () => admin.call('DELETE', '/api/admin/secrets/xai');
    const isAvailable = async () => {
      const views = [
        (await server.call<ReadyView>('GET', '/api/ready')).body.data,
        (await admin.call<ProvidersView>('GET', '/api/providers')).body.data,
      ];
      return views.map(({ providers }) => providers.find(({ name }) => name === 'xai')?.available);
    };
    /** Which provider wrote a blog, and with which key it was asked. */
    async function write(request = {}): Promise<{ provider: string; keys: string[] }> {
      const before = server.sandbox.requests.length;
      const view = await admin.ended((await admin.generate(request)).jobId, 'completed');
      const asked = server.sandbox.requests.slice(before);
      return {
        provider: view.attempts[0]?.provider ?? '',
        keys: asked.map(({ keyHash }) => keyHash),
      };
    }

    it('is used by workers that are running, and no more once it is removed', async () => {
      expect(await isAvailable()).toEqual([false, false]);
      expect((await write()).provider).toBe('sandbox');

      expect((await store('first-key')).status).toBe(200);
      expect(await isAvailable()).toEqual([true, true]);
      expect(await write()).toEqual({ provider: 'xai', keys: [hashOf('first-key')] });

      await store('second-key');
      expect(await write({ provider: 'xai' })).toEqual({ provider: 'xai', keys: [hashOf('second-key')] });

      await remove();
      expect(await isAvailable()).toEqual([false, false]);
      const refused = await admin.call('POST', '/api/content/generate', {
        title: 'Tea',
        contentType: 'blog',
        prompt: 'Tea',
        provider: 'xai',
      });
      expect(refused.body.code).toBe('provider_unavailable');
      expect((await write()).provider).toBe('sandbox');
    });

    it('is not used for what waits in line when it is removed', async () => {
      await store('third-key');
      const { jobId } = await admin.generate({ provider: 'xai', delayMs: 1000 });
      await remove();
      const view = await admin.ended(jobId, 'failed');
      expect(view.failureReason).toContain('xai is not set up');
    });

    it('takes its provider back at once when a refused key is replaced', async () => {
      await store('bad-key');
      await admin.ended((await admin.generate({ provider: 'xai' })).jobId, 'failed');
      await until(async () => {
        const { providers } = (await server.call<ReadyView>('GET', '/api/ready')).body.data;
        return providers.find(({ name }) => name === 'xai')?.circuit?.state === 'open';
      });
      await store('better');
      expect(await write({ provider: 'xai' })).toEqual({ provider: 'xai', keys: [hashOf('better')] });
      await remove();
    });

    it('is never answered, and stored only sealed', async () => {
      await store('a-key-nobody-sees');
      for (const path of ['/api/ready', '/api/providers', '/api/admin/secrets', '/api/admin/audit']) {
        expect(JSON.stringify((await admin.call('GET', path)).body)).not.toContain('a-key-nobody-sees');
      }
      const rows = await server.database.query('SELECT * FROM stored_secrets');
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain('a-key-nobody-sees');
      await remove();
    });
  });
});

describe('a process that cannot open a key', () => {
  it('tries again after a lost connection, and goes on without one that is damaged', async () => {
    const database = await createTestDatabase(inject('serverUrl'));
    const log = createLog('silent', 'test');
    const bus = await createBus({ databaseUrl: database.url, redisUrl: undefined }, log);
    let isAway = true;
    const told: Array<string | undefined> = [];
    const keys = createStoredKeys({
      list: async () => [
        { name: 'xai', sealed: 'good' },
        { name: 'google', sealed: 'damaged' },
      ],
      async open(name, sealed) {
        if (sealed === 'damaged') throw new EnvelopeError('the value was changed or moved');
        if (isAway) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
        return `the key of ${name}`;
      },
      bus,
      log,
      async onChange() {
        told.push(keys.get('xai'));
        if (told.length === 1) throw new Error('read ECONNRESET');
      },
    });
    try {
      await keys.refresh();
      expect(keys.get('xai')).toBeUndefined();
      isAway = false;
      await keys.refresh();
      expect(keys.get('xai')).toBe('the key of xai');
      // Whoever was not told of it is told with the next read.
      await keys.refresh();
      await keys.refresh();
      expect(told).toEqual(['the key of xai', 'the key of xai']);
      expect(keys.get('google')).toBeUndefined();
    } finally {
      keys.close();
      await bus.close();
      await database.drop();
    }
  });
});

describe('a key in the environment', () => {
  it('goes before one that is stored', async () => {
    const server = await startTestServer({ serverUrl: inject('serverUrl'), hosted: hostedBy });
    try {
      const admin = await server.signUp();
      await admin.call('PUT', '/api/admin/secrets/xai', { apiKey: 'stored' });
      await admin.ended((await admin.generate({ provider: 'xai' })).jobId, 'completed');
      expect(server.sandbox.requests.map(({ keyHash }) => keyHash)).toEqual([hashOf('key')]);
    } finally {
      await server.stop();
    }
  });
});
