import type { AuditPage, Session } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/src/testing/server.ts';
import { type RawAnswer, requestFrom } from '../lib/raw.ts';

const password = 'correct horse battery';

describe('guessing', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { RATE_LIMIT_SCALE: '1', LOGIN_DELAY_MS: '5' },
    });
  });
  afterAll(() => server.stop());

  const login = (address: string, email: string, secret: string, headers: Record<string, string> = {}) =>
    requestFrom(address, `${server.url}/api/auth/login`, { body: { email, password: secret }, headers });
  const register = (address: string, email: string) =>
    requestFrom(address, `${server.url}/api/auth/register`, {
      body: { email, password, firstName: 'A', lastName: 'B' },
    });
  const count = (answers: RawAnswer[], status: number) => answers.filter((answer) => answer.status === status).length;
  async function inTurns<T>(items: T[], at: number, work: (item: T) => Promise<RawAnswer>): Promise<RawAnswer[]> {
    const answers: RawAnswer[] = [];
    for (let from = 0; from < items.length; from += at) {
      answers.push(...(await Promise.all(items.slice(from, from + at).map(work))));
    }
    return answers;
  }
  const numbers = (length: number) => Array.from({ length }, (_, n) => n);

  it('1,000 guesses at one account, from many addresses: ten are looked at, and its owner still gets in', async () => {
    await register('127.0.0.1', 'victim@example.org');
    expect((await login('127.0.0.1', 'victim@example.org', password)).status).toBe(200);
    const answers = await inTurns(numbers(1000), 50, (n) =>
      // Whatever a stranger says of where he comes from.
      login(`127.0.${1 + (n % 200)}.2`, 'victim@example.org', `guess ${n}`, {
        'x-forwarded-for': `203.0.113.${n % 250}`,
        forwarded: `for=203.0.113.${n % 250}`,
        'x-real-ip': `203.0.113.${n % 250}`,
      }),
    );
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 990]);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(800);
    expect(JSON.parse(refused?.body ?? '')).toMatchObject({ code: 'too_many_requests' });
    // The right password is refused to strangers as well, or the answer would tell that it is right.
    expect((await login('127.9.9.9', 'victim@example.org', password)).status).toBe(429);
    // The owner comes from where he came from before.
    const back = await login('127.0.0.1', 'victim@example.org', password);
    expect(back.status).toBe(200);
    // The audit log has each guess that was looked at, and one line for all that were not.
    const { access_token: token } = (JSON.parse(back.body) as { data: Session }).data;
    const log = async (action: string) =>
      (await server.call<AuditPage>('GET', `/api/admin/audit?action=${action}`, { token })).body.data.entries;
    expect([(await log('login.failed')).length, (await log('login.refused')).length]).toEqual([10, 1]);
  });

  it('one guess at each of 1,000 accounts: an address gets 100', async () => {
    const answers = await inTurns(numbers(1000), 50, (n) =>
      login('127.0.0.3', `p${n}@example.org`, 'Summer2026!', { 'x-forwarded-for': `203.0.113.${n % 250}` }),
    );
    expect([count(answers, 401), count(answers, 429)]).toEqual([100, 900]);
    expect((await login('127.0.0.4', 'p1@example.org', 'Summer2026!')).status).toBe(401);
  });

  it('a thousand new accounts: an address gets 30 an hour', async () => {
    const answers = await inTurns(numbers(60), 10, (n) => register('127.0.0.5', `new${n}@example.org`));
    expect([count(answers, 201), count(answers, 429)]).toEqual([30, 30]);
  });

  it('a known network gets ten wrong passwords as well, not more', async () => {
    await register('127.0.0.6', 'known@example.org');
    await login('127.0.0.6', 'known@example.org', password);
    const answers = await inTurns(numbers(30), 10, (n) => login('127.0.0.6', 'known@example.org', `guess ${n}`));
    expect([count(answers, 401), count(answers, 429)]).toEqual([10, 20]);
  });

  it('each wrong password after the third waits longer', async () => {
    const slow = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { RATE_LIMIT_SCALE: '1', LOGIN_DELAY_MS: '200' },
    });
    try {
      // Of several accounts the shortest: a busy machine is late now and then.
      const times = Array.from({ length: 6 }, () => Number.POSITIVE_INFINITY);
      for (const email of ['a@b.org', 'b@b.org', 'c@b.org']) {
        for (let n = 0; n < 6; n += 1) {
          const start = performance.now();
          await requestFrom('127.0.0.7', `${slow.url}/api/auth/login`, { body: { email, password: `${n}` } });
          times[n] = Math.min(times[n]!, performance.now() - start);
        }
      }
      // 200, 400, 800 ms longer; how long the usual takes is the machine's business.
      for (const [n, atLeast] of [199, 399, 799].entries()) expect(times[3 + n]).toBeGreaterThan(atLeast);
      expect(times[5]).toBeGreaterThan(times[3]!);
    } finally {
      await slow.stop();
    }
  });
});

describe('guessing through a proxy that is trusted', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { RATE_LIMIT_SCALE: '1', LOGIN_DELAY_MS: '0', TRUST_PROXY: '127.0.0.1' },
    });
  });
  afterAll(() => server.stop());

  const home = '203.0.113.9';
  const login = (forwarded: string, email: string, secret: string, from = '127.0.0.1') =>
    requestFrom(from, `${server.url}/api/auth/login`, {
      body: { email, password: secret },
      headers: { 'x-forwarded-for': forwarded },
    });
  const register = (email: string) =>
    requestFrom('127.0.0.1', `${server.url}/api/auth/register`, {
      body: { email, password, firstName: 'A', lastName: 'B' },
      headers: { 'x-forwarded-for': home },
    });

  it('what a stranger writes in front of their own address changes nothing, and the owner gets in', async () => {
    const email = 'behind-a-proxy@example.org';
    await register(email);
    expect((await login(home, email, password)).status).toBe(200);
    const statuses: number[] = [];
    for (let n = 0; n < 300; n += 1) {
      // The proxy adds where the request came from; what stands before it is invented, the owner's network among it.
      const invented = n % 2 ? home : `198.51.${n % 250}.${n % 199}`;
      const { status } = await login(`${invented}, 192.0.2.${n % 50}`, email, `guess ${n}`);
      statuses.push(status);
    }
    expect([statuses.filter((one) => one === 401).length, statuses.filter((one) => one === 429).length]).toEqual([
      10, 290,
    ]);
    expect((await login(`${home}, 192.0.2.200`, email, password)).status).toBe(429);
    // Not through the proxy, but with its words.
    expect((await login(home, email, password, '127.0.0.2')).status).toBe(429);
    expect((await login(home, email, password)).status).toBe(200);
  });

  it('an address that guesses at many accounts is stopped, whatever it writes in front of itself', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 150; n += 1) {
      statuses.push((await login(`198.51.100.${n}, 192.0.2.77`, `many-${n}@example.org`, 'Summer2026!')).status);
    }
    expect(statuses.filter((one) => one === 401)).toHaveLength(100);
  });

  it('other spellings of an address are the same account', async () => {
    const email = 'spelling@example.org';
    await register(email);
    const spellings = [email, email.toUpperCase(), ` ${email}`, `${email} `, 'Spelling@Example.Org', `\t${email}\n`];
    const statuses: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      statuses.push((await login(`192.0.2.${100 + n}`, spellings[n % spellings.length]!, `guess ${n}`)).status);
    }
    expect(statuses.filter((one) => one === 401).length).toBeLessThanOrEqual(10);
  });
});
