import http from 'node:http';
import type { Session } from '@octavo/contracts';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { ConfigError, readConfig } from '../../config.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { createLog } from '../log/index.ts';
import { startApi } from '../../roles/api.ts';
import { limitedRoutes } from './index.ts';
import { networkOf } from './network.ts';
import { createWindowCounter } from './window-counter.ts';

const password = 'correct horse battery';
const redisUrl = inject('redisUrl');

describe('limits on requests', () => {
  let server: TestServer;
  let people = 0;

  const start = async (env: Record<string, string>, redis?: string) => {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      redisUrl: redis,
      workers: 0,
      env: { RATE_LIMIT_SCALE: '1', LOGIN_DELAY_MS: '0', TRUST_PROXY: 'loopback', ...env },
    });
  };
  afterEach(() => server.stop());

  const register = (ip: string, url = server.url) => {
    const body = { email: `p${(people += 1)}@example.org`, password, firstName: 'A', lastName: 'B' };
    return post('/api/auth/register', body, ip, url);
  };
  async function post(path: string, body: unknown, ip: string, url = server.url) {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
      body: JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  }

  it('names only routes that exist', async () => {
    await start({});
    const { paths } = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(routes).toEqual(expect.arrayContaining(limitedRoutes));
  });

  it.each([
    ['PostgreSQL', undefined] as const,
    ...(redisUrl === undefined ? [] : [['Redis', `${redisUrl}/6`] as const]),
  ])('are shared by API processes, on %s', async (_name, redis) => {
    await start({ RATE_LIMIT_SCALE: '0.1' }, redis);
    const second = await startApi(readConfig(server.env), createLog('silent', 'test'), 'test');
    const url = (second.url ?? '').replace('localhost', '127.0.0.1');
    // Networks of their own in each run: Redis is not emptied in between.
    const network = () => `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 255)).join('.')}`;
    const ip = network();
    try {
      const first = await register(ip);
      expect([first.status, first.headers.get('ratelimit-policy')]).toEqual([201, '"register";q=3;w=3600']);
      expect(first.headers.get('ratelimit')).toMatch(/^"register";r=2;t=3(600|59\d)$/);
      expect((await register(ip, url)).status).toBe(201);
      expect((await register(ip)).status).toBe(201);

      const refused = await register(ip, url);
      expect(refused.body).toMatchObject({ status: 429, code: 'too_many_requests', success: false });
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500);
      expect(refused.headers.get('ratelimit-remaining')).toBe('0');
      expect((await register(network())).status).toBe(201);
    } finally {
      await second.stop();
    }
  });

  it('go on in memory while the counters cannot be reached', async () => {
    await start({ RATE_LIMIT_SCALE: '0.1' });
    const { default: pg } = await import('pg');
    const client = new pg.Client(server.database.url);
    await client.connect();
    await client.query('ALTER TABLE rate_limits RENAME TO away');
    await client.end();
    const answers = [await register('10.0.0.1'), await register('10.0.0.1'), await register('10.0.0.1')];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect((await register('10.0.0.1')).status).toBe(429);
  });

  it('count each user, and each route of its own', async () => {
    await start({ RATE_LIMIT_SCALE: '0.1' });
    const session = (await register('10.0.0.2')).body['data'] as Session;
    const call = (path: string, init: RequestInit = {}) =>
      fetch(server.url + path, {
        ...init,
        headers: { authorization: `Bearer ${session.access_token}`, 'content-type': 'application/json' },
      });
    expect((await call('/api/auth/me')).headers.get('ratelimit-policy')).toBe('"user";q=3000;w=60');
    const uploads = await Promise.all(
      Array.from({ length: 13 }, () => call('/api/media', { method: 'POST', body: '{"base64":"AAAA"}' })),
    );
    // Six at a time are taken anyway; whatever else they are told, the thirteenth is beyond the budget.
    expect(uploads.map((answer) => answer.headers.get('ratelimit'))).toContainEqual(
      expect.stringMatching(/^"upload";r=0;t=(60|[345]\d)$/),
    );
    expect((await call('/api/media', { method: 'POST', body: '{}' })).status).toBe(429);
    expect((await call('/api/auth/me')).status).toBe(200);
  });
});

describe('guesses with an invented X-Forwarded-For, where no proxy is trusted', () => {
  let server: TestServer;
  afterEach(() => server.stop());

  /** From an address of this machine, saying that it comes from another one. */
  function send(from: string, method: string, path: string, body: object, headers: Record<string, string> = {}) {
    return new Promise<{ status: number; body: { data: Session } }>((resolve, reject) => {
      const request = http.request(
        server.url + path,
        { method, localAddress: from, headers: { 'content-type': 'application/json', ...headers } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as { data: Session } });
          });
        },
      );
      request.on('error', reject);
      request.end(JSON.stringify(body));
    });
  }
  const email = 'victim@example.org';
  const person = { email, password, firstName: 'A', lastName: 'B' };
  const times = (length: number) => Array.from({ length }, (_, n) => n);

  async function start() {
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { RATE_LIMIT_SCALE: '1', LOGIN_DELAY_MS: '0', CODES_PER_HOUR: '5' },
    });
  }

  it('are ten in a quarter of an hour, and keep nobody out who registered from elsewhere', async () => {
    await start();
    expect((await send('127.0.0.1', 'POST', '/api/auth/register', person)).status).toBe(201);
    const answers = await Promise.all(
      times(60).map((n) =>
        send(
          `127.0.1.${1 + (n % 20)}`,
          'POST',
          '/api/auth/login',
          { email, password: `guess ${n}` },
          {
            'x-forwarded-for': `203.0.113.${n}`,
          },
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(50);
    // Their owner never signed in: the account was made from there.
    expect((await send('127.0.0.1', 'POST', '/api/auth/login', { email, password })).status).toBe(200);
    expect((await send('127.0.1.1', 'POST', '/api/auth/login', { email, password })).status).toBe(429);
  });

  it('are ten as well for whoever has found an open session', async () => {
    await start();
    const { body } = await send('127.0.0.1', 'POST', '/api/auth/register', person);
    const headers = { authorization: `Bearer ${body.data.access_token}` };
    const guess = (n: number) =>
      n % 2 === 0
        ? send(
            '127.0.0.1',
            'PUT',
            '/api/account/password',
            { currentPassword: `guess ${n}`, newPassword: 'x'.repeat(20) },
            headers,
          )
        : send('127.0.0.1', 'POST', '/api/account/delete', { password: `guess ${n}`, confirm: 'DELETE' }, headers);
    const answers = await Promise.all(times(30).map(guess));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it('codes go to one number three times an hour, and to all of them as often as is set', async () => {
    await start();
    const ask = (phone: string, n: number) =>
      send('127.0.0.1', 'POST', '/api/auth/recover', { phone }, { 'x-forwarded-for': `203.0.113.${n}` });
    const one = await Promise.all(times(10).map((n) => ask('+34600111222', n)));
    expect(one.filter(({ status }) => status === 202)).toHaveLength(3);
    const many = await Promise.all(times(10).map((n) => ask(`+3460011130${n}`, n)));
    expect(many.filter(({ status }) => status === 202)).toHaveLength(2);
    expect(many.filter(({ status }) => status === 429)).toHaveLength(8);
  });
});

describe('where a request comes from', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ])('%s counts as %s', (ip, network) => expect(networkOf(ip)).toBe(network));

  it.each(['everybody', 'true', '*', '10.0.0.0/0', '10.0.0.0/33', '1', '10.0.0.1,nonsense'])(
    'TRUST_PROXY=%s is refused',
    (value) => expect(() => readConfig({ TRUST_PROXY: value })).toThrow(ConfigError),
  );
  it.each(['off', 'loopback', '10.0.0.1, 192.168.0.0/16', 'fd00::/8'])('TRUST_PROXY=%s is taken', (value) =>
    expect(readConfig({ TRUST_PROXY: value }).trustProxy).toBe(value === 'off' ? false : value),
  );
});

it('a window starts anew when it has ended, and not before', () => {
  let now = 1000;
  const count = createWindowCounter({ name: 'x', limit: 1, windowSeconds: 60 }, () => now);
  expect([count('a').used, count('a').used, count('b').used]).toEqual([1, 2, 1]);
  now += 59_999;
  expect(count('a')).toEqual({ used: 3, resetMs: 1 });
  now += 1;
  expect(count('a')).toEqual({ used: 1, resetMs: 60_000 });
});
