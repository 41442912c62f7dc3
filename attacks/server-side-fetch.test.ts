import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createSafeFetch } from '../apps/server/src/platform/safe-fetch/index.ts';
import { startTestServer, type TestServer, type TestUser } from '../apps/server/src/testing/server.ts';
import { flood } from './lib/upstream.ts';

/** Something inside that nobody outside may reach. */
let reached = 0;

const forms = [
  'http://127.0.0.1/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://127.1/',
  'http://127.0.0.1.nip.io/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0.0.1/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://0/',
  'http://0.0.0.0/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[0:0:0:0:0:ffff:169.254.169.254]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fd00::1]/',
  'http://①②⑦.⓪.⓪.①/',
  'http://127。0。0。1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.170.2/',
  'http://100.100.100.200/',
  'http://metadata.google.internal/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://192.0.2.1/',
  'http://198.18.0.1/',
  'http://user:password@127.0.0.1/',
  'http://example.org@127.0.0.1/',
  'http://127.0.0.1:80\\@example.org/',
  'http://example.org:22/',
  'http://example.org:6379/',
  'file:///etc/passwd',
  'file://localhost/etc/passwd',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'dict://127.0.0.1:6379/info',
  'ftp://127.0.0.1/',
  'data:image/png;base64,AAAA',
  'javascript:alert(1)',
  'jar:http://127.0.0.1!/',
  'unix:/var/run/docker.sock',
  '//127.0.0.1/',
  'http:127.0.0.1',
  'http:/127.0.0.1/',
  'http:///127.0.0.1/',
  'h\nttp://127.0.0.1/',
  'not an address',
];

describe('addresses that users name', () => {
  let inside: Server;
  let gate: Server;
  let server: TestServer;
  let user: TestUser;
  let insideUrl: string;
  let gateUrl: string;
  let lastFlood: Promise<number> | undefined;

  /** A host outside that the operator trusts, and that has turned bad. */
  const answer: RequestListener = (request, response) => {
    const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to');
    if (to !== null) return void response.writeHead(302, { location: to }).end();
    if (request.url === '/loop') return void response.writeHead(302, { location: '/loop' }).end();
    if (request.url === '/huge') {
      response.writeHead(200, { 'content-type': 'image/png' });
      lastFlood = flood(response, Buffer.alloc(65_536, 1), 2 ** 30);
      return;
    }
    if (request.url === '/bomb') {
      return void response
        .writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' })
        .end(Buffer.alloc(1000));
    }
    if (request.url === '/liar') {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': String(2 ** 40) });
      return response.flushHeaders();
    }
    response.writeHead(200, { 'content-type': 'image/png' }).end('<html><script>alert(1)</script>');
  };

  beforeAll(async () => {
    inside = createServer((_request, response) => {
      reached += 1;
      response.end('a secret of the inside');
    }).listen(0, '127.0.0.1');
    gate = createServer(answer).listen(0, '127.0.0.1');
    await Promise.all([once(inside, 'listening'), once(gate, 'listening')]);
    const port = (one: Server) => (one.address() as AddressInfo).port;
    insideUrl = `http://127.0.0.1:${port(inside)}`;
    gateUrl = `http://127.0.0.1:${port(gate)}`;
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { ALLOW_PRIVATE_URLS: `127.0.0.1:${port(gate)}` },
    });
    user = await server.signUp();
  });
  afterAll(async () => {
    await server.stop();
    for (const one of [inside, gate]) {
      one.closeAllConnections();
      one.close();
    }
  });

  const fetchImage = (url: string) => user.call('POST', '/api/media', { url });

  it('are fetched where the operator allows it: the attacks below get as far as that', async () => {
    expect((await fetchImage(`${gateUrl}/page`)).body.code).toBe('image_type_unsupported');
  });

  it.each(forms)('%s is refused', async (url) => {
    const { status, body } = await fetchImage(url);
    expect([400, 422]).toContain(status);
    // Without trying; but names that nobody knows here cannot be looked up.
    const isName = /nip\.io|metadata\.google|LOCALHOST\./.test(url);
    expect(['validation_failed', 'url_refused', ...(isName ? ['url_failed'] : [])]).toContain(body.code);
    // The answer tells nothing of what is there.
    expect(body.message).not.toMatch(/ECONN|refused the connection|EHOST|ETIMEDOUT/);
  });

  it('the port of an allowed host is not the host', async () => {
    expect((await fetchImage(insideUrl)).body.code).toBe('url_refused');
    expect(reached).toBe(0);
  });

  it.each([
    ['the inside', () => insideUrl],
    ['cloud metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['IPv6 loopback', () => 'http://[::1]/'],
    ['a file', () => 'file:///etc/passwd'],
    ['gopher', () => 'gopher://127.0.0.1:6379/_x'],
    ['javascript', () => 'javascript:alert(1)'],
    ['data', () => 'data:image/png;base64,AAAA'],
  ])('a redirect to %s is not followed', async (_name, to) => {
    expect((await fetchImage(`${gateUrl}/?to=${encodeURIComponent(to())}`)).body.code).toBe('url_refused');
    expect(reached).toBe(0);
  });

  it('redirects in a circle come to an end', async () => {
    expect((await fetchImage(`${gateUrl}/loop`)).body.code).toBe('url_failed');
  });

  it('a body of 1 GB is read as far as an image may be, however long it says it is', async () => {
    expect((await fetchImage(`${gateUrl}/huge`)).status).toBe(413);
    expect(await lastFlood).toBeLessThan(64 * 2 ** 20);
    expect((await fetchImage(`${gateUrl}/liar`)).status).toBe(413);
    expect((await fetchImage(`${gateUrl}/bomb`)).body.code).toBe('url_failed');
  });

  it('a name that changes its mind between the look and the call leads where it was looked at', async () => {
    const asked: string[] = [];
    const rebinding = createSafeFetch({
      allowPrivate: [],
      resolve: async (hostname) => {
        asked.push(hostname);
        // First a documentation-free public address where nobody answers, then this machine.
        return asked.length === 1 ? [{ address: '203.0.114.1', family: 4 }] : [{ address: '127.0.0.1', family: 4 }];
      },
    });
    const options = { maxBytes: 1000, timeoutMs: 500 };
    await expect(rebinding('http://rebind.example/', options)).rejects.toMatchObject({ kind: 'failed' });
    expect(asked).toEqual(['rebind.example']);
    await expect(rebinding('http://rebind.example/', options)).rejects.toMatchObject({ kind: 'refused' });
    expect(reached).toBe(0);
  });

  it('a name with one private address among its public ones is refused', async () => {
    const mixed = createSafeFetch({
      allowPrivate: [],
      resolve: async () => [
        { address: '203.0.114.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    });
    await expect(mixed('http://mixed.example/', { maxBytes: 1, timeoutMs: 500 })).rejects.toMatchObject({
      kind: 'refused',
    });
  });
});
