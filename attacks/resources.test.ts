import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { io, type Socket as LiveSocket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../apps/server/src/testing/server.ts';
import { until } from '../apps/server/src/testing/until.ts';
import { blackPng, regexBombs } from './lib/bombs.ts';
import { median } from './lib/median.ts';
import { fillPath, readOperations, sampleOf, textFields, withValue } from './lib/openapi.ts';
import { type Program, startProgram } from './lib/program.ts';
import { sendBytes } from './lib/raw.ts';

describe('exhaustion', () => {
  let testServer: TestServer;
  let api: Program;
  let user: TestUser;
  let other: TestUser;

  beforeAll(async () => {
    testServer = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { MAX_UNFINISHED_JOBS: '100', LOCAL_SERVER_DISCOVERY: 'off' },
    });
    // The process that is attacked has its own limits, as operators run it, and its own clock.
    api = await startProgram('api', testServer.env);
    user = await testServer.signUp();
    other = await testServer.signUp();
  });
  afterAll(async () => {
    await api?.stop();
    await testServer.stop();
  });

  const call = (path: string, init: RequestInit = {}, who: TestUser | undefined = user) =>
    fetch(api.url + path, {
      ...init,
      headers: {
        'content-type': 'application/json',
        ...(who && { authorization: `Bearer ${who.session.access_token}` }),
        ...(init.headers as Record<string, string>),
      },
    });
  const post = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
    call(path, { method: 'POST', body, headers });
  /** Somebody else is served as if nothing were. */
  const expectServing = async () => {
    expect(api.isAlive()).toBe(true);
    expect((await call('/api/content', {}, other)).status).toBe(200);
  };
  const address = () => ({ host: new URL(api.url).hostname, port: Number(new URL(api.url).port) });
  const residentMiB = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${api.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

  it(
    '10,000 connections that ask for nothing: others are served, and the connections are closed',
    { timeout: 120_000 },
    async () => {
      // Each takes a file descriptor here and one there.
      const limit = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
      const count = Math.min(10_000, limit - 500);
      const before = residentMiB();
      const sockets = await open(count);
      await expectServing();
      console.log(`${count} idle connections: ${Math.round(residentMiB() - before)} MiB`);
      let closed = 0;
      for (const socket of sockets) socket.on('close', () => (closed += 1));
      await until(() => closed === count, 60_000);
      await expectServing();
    },
  );

  it('slowloris: headers that come a byte at a time, and never to an end', { timeout: 120_000 }, async () => {
    const sockets = await open(300);
    let closed = 0;
    for (const socket of sockets) {
      socket.on('close', () => (closed += 1));
      socket.write('GET /api/health HTTP/1.1\r\nhost: x\r\nx-slow: ');
    }
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write('a');
    }, 500);
    await expectServing();
    await until(() => closed === 300, 60_000);
    clearInterval(drip);
    await expectServing();
  });

  async function open(count: number): Promise<Socket[]> {
    const sockets: Socket[] = [];
    while (sockets.length < count) {
      const some = Array.from({ length: Math.min(200, count - sockets.length) }, () => connect({ ...address() }));
      await Promise.all(
        some.map(
          (socket) =>
            new Promise<void>((resolve, reject) => {
              socket.on('connect', () => resolve());
              socket.on('error', reject);
            }),
        ),
      );
      for (const socket of some) {
        socket.removeAllListeners('error');
        socket.on('error', () => undefined);
        socket.resume();
      }
      sockets.push(...some);
    }
    return sockets;
  }

  it('live sockets that never say who they are', { timeout: 120_000 }, async () => {
    const sockets = Array.from(
      { length: 200 },
      () => new WebSocket(`${api.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`),
    );
    let closed = 0;
    for (const socket of sockets) socket.addEventListener('close', () => (closed += 1));
    await until(() => sockets.every(({ readyState }) => readyState >= WebSocket.OPEN));
    await expectServing();
    // The heartbeat alone would take 40 seconds to miss them.
    await until(() => closed === sockets.length, 25_000);
  });

  it('1 MB of headers, and a hundred thousand of them', async () => {
    const big = `GET /api/health HTTP/1.1\r\nhost: x\r\nx-big: ${'a'.repeat(1_000_000)}\r\n\r\n`;
    const many = `GET /api/health HTTP/1.1\r\nhost: x\r\n${'x: y\r\n'.repeat(100_000)}\r\n`;
    const long = `GET /${'a'.repeat(1_000_000)} HTTP/1.1\r\nhost: x\r\n\r\n`;
    for (const bytes of [big, many, long])
      expect(await sendBytes(api.url, bytes)).toMatch(/^HTTP\/1\.1 (431|400|414)|^$/);
    await expectServing();
  });

  it('JSON that is deep, wide, long, or a bomb', async () => {
    const deep = 450_000;
    const bodies: Array<[string | Buffer<ArrayBuffer>, number[], Record<string, string>?]> = [
      [`${'['.repeat(deep)}${']'.repeat(deep)}`, [400]],
      [`${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`, [400]],
      [
        `{"title":"a","contentType":"story","prompt":"b","input":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
        [400],
      ],
      [`{${Array.from({ length: 70_000 }, (_, n) => `"k${n}":1`).join(',')}}`, [400]],
      [`{"title":"a","contentType":"blog","prompt":"b","delayMs":${'9'.repeat(500_000)}}`, [400]],
      [`{"title":"${'\\u0061'.repeat(150_000)}"}`, [400]],
      [JSON.stringify({ title: 'a', contentType: 'blog', prompt: 'x'.repeat(5_000_000) }), [413]],
      [Buffer.from(gzipSync(Buffer.alloc(50_000_000, ' '))), [400, 415], { 'content-encoding': 'gzip' }],
    ];
    for (const [index, [body, statuses, headers]] of bodies.entries()) {
      const answer = await post('/api/content/generate', body, headers);
      expect([index, statuses.includes(answer.status)]).toEqual([index, true]);
      await answer.text();
    }
    await expectServing();
  });

  it('100 MB are not read to their end', async () => {
    const socket = connect(address());
    let answer = '';
    let isClosed = false;
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => (isClosed = true));
    socket.write(
      `POST /api/content/generate HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${user.session.access_token}\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n`,
    );
    const piece = Buffer.alloc(65_536, 'a');
    let sent = 0;
    const more = (): void => {
      while (!isClosed && sent < 104_857_600 && socket.writable) {
        sent += piece.length;
        if (!socket.write(piece)) return void socket.once('drain', more);
      }
    };
    more();
    await until(() => answer.includes('413') || isClosed);
    socket.destroy();
    expect(sent).toBeLessThan(20_000_000);
    await expectServing();
  });

  it('texts made for bad regular expressions take no longer than others, in every field', async () => {
    const known = { contentType: 'blog', title: 'Tea', prompt: 'Tea', email: 'a@b.org', alt: 'a' };
    const id = '0198c0de-0000-7000-8000-000000000000';
    const timed = async (work: () => Promise<Response>) => {
      const start = performance.now();
      await (await work()).text();
      return performance.now() - start;
    };
    const harmless: number[] = [];
    const evil: Array<{ ms: number; what: string; again: () => Promise<number> }> = [];
    const strike = async (what: string, work: () => Promise<Response>) => {
      const again = () => timed(work);
      evil.push({ ms: await again(), what, again });
    };
    for (const operation of await readOperations(api.url)) {
      const path = fillPath(operation, () => id);
      // Passwords are slow on purpose; an address is fetched.
      const fields = textFields(operation.body).filter((field) => !/password|^url$/i.test(field));
      for (const field of fields) {
        const send = (value: string) => () =>
          call(path, {
            method: operation.method,
            body: JSON.stringify(withValue(sampleOf(operation.body!, known), field, value)),
          });
        harmless.push(await timed(send('tea '.repeat(1000))));
        for (const bomb of regexBombs) await strike(`${operation.name} ${field} ${bomb.slice(0, 20)}`, send(bomb));
      }
      for (const { name, in: where } of operation.parameters) {
        if (where !== 'query' || operation.method !== 'GET') continue;
        for (const bomb of regexBombs) {
          await strike(`${operation.name} ${name}`, () => call(`${path}?${name}=${encodeURIComponent(bomb)}`));
        }
      }
    }
    expect(evil.length).toBeGreaterThan(200);
    // An expression that backtracks over 5,000 characters needs seconds to centuries, and that each time.
    const limitMs = median(harmless) * 200;
    const slow: string[] = [];
    for (const { ms, what, again } of evil) {
      if (ms < limitMs || (await again()) < limitMs || (await again()) < limitMs) continue;
      slow.push(what);
    }
    expect(slow).toEqual([]);
  });

  it('an image of 49 KB and 400 million pixels', async () => {
    const bomb = blackPng(20_000, 20_000);
    expect(bomb.length).toBeLessThan(60_000);
    const before = residentMiB();
    for (let n = 0; n < 5; n += 1) {
      const answer = await post('/api/media', JSON.stringify({ base64: bomb.toString('base64') }));
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([422, 'image_too_many_pixels']);
    }
    expect(residentMiB() - before).toBeLessThan(100);
    await expectServing();
  });

  it('more jobs than one user may have, at once: as many as are allowed, and others go on', async () => {
    const greedy = await testServer.signUp();
    const answers = await Promise.all(
      Array.from({ length: 300 }, () =>
        call(
          '/api/content/generate',
          { method: 'POST', body: '{"title":"a","contentType":"blog","prompt":"b"}' },
          greedy,
        ),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect([202, 429].map((status) => statuses.filter((one) => one === status).length)).toEqual([100, 200]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('30');
    const next = await call(
      '/api/content/generate',
      { method: 'POST', body: '{"title":"a","contentType":"blog","prompt":"b"}' },
      other,
    );
    expect(next.status).toBe(202);
  });

  it('a socket that floods us with messages is closed; large ones are not read', async () => {
    const flood = async (payload: unknown): Promise<{ socket: LiveSocket; reason: string }> => {
      const socket = io(api.url, {
        auth: { token: user.session.access_token },
        transports: ['websocket'],
        reconnection: false,
      });
      await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
      const gone = new Promise<string>((resolve) => socket.on('disconnect', (reason) => resolve(reason)));
      for (let n = 0; n < 10_000; n += 1) socket.emit('message', payload);
      return { socket, reason: await gone };
    };
    expect((await flood('hello')).reason).toMatch(/^(io server disconnect|transport close)$/);
    expect((await flood('x'.repeat(20_000))).reason).toMatch(/^(transport close|transport error)$/);
    const quiet = io(api.url, {
      auth: { token: other.session.access_token },
      transports: ['websocket'],
      reconnection: false,
    });
    await new Promise<void>((resolve) => quiet.on('connect', () => resolve()));
    quiet.close();
    await expectServing();
  });
});
