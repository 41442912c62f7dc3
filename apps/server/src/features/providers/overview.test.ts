import type { ProviderHealth, ProviderHealthList } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hostedBy, startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

describe('what an admin sees of the providers', () => {
  let server: TestServer;
  let admin: TestUser;

  beforeAll(async () => {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      hosted: hostedBy,
      env: {
        PROVIDER_ORDER: 'google,xai',
        PROVIDER_BREAKER_FAILURES: '2',
        XAI_CONCURRENCY: '1',
        XAI_RATE_PER_MINUTE: '50',
        GENERATION_ATTEMPTS: '1',
      },
      workers: 1,
    });
    admin = await server.signUp();
  });
  afterAll(() => server?.stop());

  const one = async (name: string): Promise<ProviderHealth> => {
    const { providers } = (await admin.call<ProviderHealthList>('GET', '/api/admin/providers')).body.data;
    return providers.find((provider) => provider.name === name)!;
  };
  const ask = (prompt: string, provider = 'xai') => admin.generate({ prompt, contentType: 'social', provider });

  it('is for admins', async () => {
    const user = await server.signUp();
    expect((await user.call('GET', '/api/admin/providers')).body.code).toBe('forbidden');
  });

  it('says what works, and has no circuit for what is part of this server', async () => {
    expect(await one('google')).toMatchObject({
      available: true,
      circuit: { state: 'closed', failures: 0, failuresToOpen: 2, retryAt: null, lastError: null },
      limits: null,
      recent: null,
    });
    expect(await one('sandbox')).toMatchObject({ available: true, circuit: null });
    expect(await one('openai-compatible')).toMatchObject({ available: false, circuit: { state: 'closed' } });
  });

  it('counts calls, those under way and those that wait', async () => {
    // It waits for its first word until it is cancelled.
    const first = await ask('One [sandbox:ok delay=60000]');
    const second = await ask('Two');
    await until(async () => (await one('xai')).running === 1);
    expect(await one('xai')).toMatchObject({ limits: { perMinute: 50, concurrency: 1 }, recent: 1, waiting: 1 });
    await admin.call('POST', `/api/generations/${first.jobId}/cancel`);
    await admin.ended(second.jobId, 'completed');
    expect(await one('xai')).toMatchObject({ recent: 2, running: 0, waiting: 0 });
  });

  it('says of one that fails how often, why, and when it is tried again', async () => {
    await admin.ended((await ask('Fails [sandbox:503]', 'google')).jobId, 'failed');
    await until(async () => (await one('google')).circuit?.failures === 1);
    expect((await one('google')).circuit).toMatchObject({
      state: 'closed',
      lastError: { code: 'provider_unavailable', reason: expect.stringContaining('could not be reached') },
    });
    await admin.ended((await ask('Fails [sandbox:503]', 'google')).jobId, 'failed');
    const { circuit } = await until(async () => {
      const provider = await one('google');
      return provider.circuit?.state === 'open' && provider;
    });
    expect(circuit).toMatchObject({ failures: 2, isProbing: false });
    expect(Date.parse(circuit!.retryAt!)).toBeGreaterThan(Date.now());
    expect(Date.parse(circuit!.since!)).toBeLessThanOrEqual(Date.now());

    await server.database.query(
      `UPDATE provider_health SET opened_until = now() - interval '1 ms' WHERE provider = 'google'`,
    );
    expect((await one('google')).circuit).toMatchObject({ state: 'half-open', retryAt: null });
    await server.database.query(
      `UPDATE provider_health SET opened_at = NULL, opened_until = NULL, paused_until = now() + interval '1 min'
       WHERE provider = 'google'`,
    );
    expect((await one('google')).circuit).toMatchObject({ state: 'paused', retryAt: expect.any(String) });
  });
});
