import type { LookupAddress } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSafeFetch, type SafeFetch, SafeFetchError } from './index.ts';
import { isPublicAddress } from './public-address.ts';

const limits = { maxBytes: 1000, timeoutMs: 5000 };
const never = () => Promise.reject(new Error('nothing should have been looked up'));
const to = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.0.1', '2606:4700::1111', '2a00:1450::1'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.1.1.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:1::1',
    '2001:db8::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '4000::1',
    '5f00::1',
    '3fff::1',
    '',
    'localhost',
    '1.2.3',
    '0177.0.0.1',
    '8.8.8.010',
    'fe80::1%eth0',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('what is refused before anything is looked up or connected', () => {
  it.each([
    ['not an address', 'nonsense'],
    ['a path', '/etc/passwd'],
    ['another protocol', 'file:///etc/passwd'],
    ['ftp', 'ftp://example.org/'],
    ['data', 'data:image/png;base64,AAAA'],
    ['gopher', 'gopher://example.org/'],
    ['a user', 'https://me@example.org/'],
    ['a password', 'https://me:secret@example.org/'],
    ['a user that looks like a host', 'https://example.org@127.0.0.1/'],
    ['the port of a database', 'http://example.org:5432/'],
    ['the port of ssh', 'https://example.org:22/'],
    ['loopback', 'http://127.0.0.1/'],
    ['loopback with a dot at the end', 'http://127.0.0.1./'],
    ['loopback, short', 'http://127.1/'],
    ['loopback, decimal', 'http://2130706433/'],
    ['loopback, octal', 'http://0177.0.0.1/'],
    ['loopback, hex', 'http://0x7f.0x0.0x0.0x1/'],
    ['loopback, hex in one', 'http://0x7f000001/'],
    ['loopback, full-width digits', 'http://１２７.０.０.１/'],
    ['loopback, percent-encoded', 'http://%31%32%37.0.0.1/'],
    ['zero', 'http://0/'],
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['IPv6 loopback', 'http://[::1]/'],
    ['IPv6 loopback, long', 'http://[0:0:0:0:0:0:0:1]/'],
    ['IPv4 in IPv6', 'http://[::ffff:127.0.0.1]/'],
    ['IPv4 in IPv6, hex', 'http://[::ffff:7f00:1]/'],
    ['IPv4 in NAT64', 'http://[64:ff9b::127.0.0.1]/'],
    ['a unique local address', 'http://[fd00::1]/'],
    ['a link-local address', 'http://[fe80::1]/'],
    ['multicast', 'http://224.0.0.1/'],
    ['a back slash', 'http:\\\\127.0.0.1\\x'],
  ])('%s', async (_name, url) => {
    const safeFetch = createSafeFetch({ allowPrivate: [], resolve: never });
    await expect(safeFetch(url, limits)).rejects.toMatchObject({ name: 'SafeFetchError', kind: 'refused' });
  });
});

describe('names', () => {
  it.each([
    ['one private address', to('10.0.0.1')],
    ['loopback', to('127.0.0.1')],
    ['IPv6 loopback', to('::1')],
    ['a public and a private address', to('8.8.8.8', '192.168.0.1')],
    ['an IPv4 address within an IPv6 one', to('::ffff:169.254.169.254')],
  ])('with %s are refused', async (_name, addresses) => {
    const safeFetch = createSafeFetch({ allowPrivate: [], resolve: () => Promise.resolve(addresses) });
    await expect(safeFetch('https://evil.test/', limits)).rejects.toMatchObject({ kind: 'refused' });
  });

  it('that do not exist are said not to exist', async () => {
    for (const resolve of [() => Promise.resolve([]), () => Promise.reject(new Error('ENOTFOUND'))]) {
      const safeFetch = createSafeFetch({ allowPrivate: [], resolve });
      await expect(safeFetch('https://nowhere.test/', limits)).rejects.toMatchObject({
        kind: 'failed',
        message: 'There is no host nowhere.test.',
      });
    }
  });

  it('that are private are refused with the real resolver too', async () => {
    const safeFetch = createSafeFetch({ allowPrivate: [] });
    await expect(safeFetch('http://localhost/', limits)).rejects.toMatchObject({ kind: 'refused' });
  });
});

describe('fetching', () => {
  let server: Server;
  let port: number;
  let answer: RequestListener;
  let requests: string[] = [];
  let lookedUp: string[] = [];
  let safeFetch: SafeFetch;

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.headers.host}${request.url}`);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  beforeEach(() => {
    requests = [];
    lookedUp = [];
    safeFetch = createSafeFetch({
      allowPrivate: [`good.test:${port}`, `other.test:${port}`],
      resolve(hostname) {
        lookedUp.push(hostname);
        return Promise.resolve(to('127.0.0.1'));
      },
    });
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const good = (path: string): string => `http://good.test:${port}${path}`;

  it('sends no more than it must and gives the bytes', async () => {
    let headers: unknown;
    answer = (request, response) => {
      ({ headers } = request);
      response.setHeader('set-cookie', 'a=b').setHeader('content-type', 'image/png').end('picture');
    };
    const found = await safeFetch(good('/a?b=c#d'), { ...limits, accept: 'image/*' });
    expect(found).toEqual({ bytes: Buffer.from('picture'), contentType: 'image/png', url: good('/a?b=c#d') });
    expect(headers).toEqual({
      host: `good.test:${port}`,
      connection: 'close',
      'user-agent': 'Octavo',
      accept: 'image/*',
      'accept-encoding': 'identity',
    });
    await safeFetch(good('/again'), limits);
    expect(headers).not.toHaveProperty('cookie');
  });

  it('trusts a host on the port that was named, and on no other', async () => {
    for (const url of [`http://good.test:${port + 1}/`, `http://sub.good.test:${port}/`, `http://127.0.0.1:${port}/`]) {
      await expect(safeFetch(url, limits)).rejects.toMatchObject({ kind: 'refused' });
    }
    await expect(safeFetch('http://good.test/', limits)).rejects.toMatchObject({ kind: 'refused' });
    expect(requests).toEqual([]);
  });

  it('connects to the address that was checked, whatever the name says a moment later', async () => {
    // Another server at the address that the name points to from the second question on.
    const trap = createServer((_request, response) => response.end('trap'));
    await new Promise<void>((resolve) => trap.listen(port, '127.0.0.2', resolve));
    answer = (_request, response) => response.end('right');
    let questions = 0;
    const rebinding = createSafeFetch({
      allowPrivate: [`good.test:${port}`],
      resolve: () => Promise.resolve(to((questions += 1) === 1 ? '127.0.0.1' : '127.0.0.2')),
    });
    expect((await rebinding(good('/'), limits)).bytes.toString()).toBe('right');
    expect(questions).toBe(1);
    expect((await rebinding(good('/'), limits)).bytes.toString()).toBe('trap');
    trap.close();
  });

  it('follows three redirects, relative ones too, and asks for each name anew', async () => {
    const hops: Record<string, string> = { '/1': '/2', '/2': `//other.test:${port}/3`, '/3': good('/4') };
    answer = (request, response) => {
      const location = hops[request.url ?? ''];
      if (location) response.writeHead(302, { location }).end('moved');
      else response.end('here');
    };
    expect(await safeFetch(good('/1'), limits)).toMatchObject({ bytes: Buffer.from('here'), url: good('/4') });
    expect(lookedUp).toEqual(['good.test', 'good.test', 'other.test', 'good.test']);
    hops['/0'] = '/1';
    await expect(safeFetch(good('/0'), limits)).rejects.toMatchObject({ kind: 'failed', message: /more than 3 times/ });
  });

  it.each([
    ['a private address', 'http://10.0.0.1/'],
    ['this machine', 'http://127.0.0.1/'],
    ['cloud metadata', 'http://169.254.169.254/'],
    ['a name that is private', 'http://evil.test/'],
    ['another port', 'http://example.org:8080/'],
    ['a file', 'file:///etc/passwd'],
    ['a user', 'http://me:secret@example.org/'],
  ])('does not follow a redirect to %s', async (_name, location) => {
    for (const status of [301, 302, 303, 307, 308]) {
      answer = (_request, response) => response.writeHead(status, { location }).end();
      await expect(safeFetch(good('/'), limits)).rejects.toMatchObject({ kind: 'refused' });
    }
    expect(requests).toHaveLength(5);
  });

  it('takes nothing but 200', async () => {
    for (const status of [204, 206, 304, 401, 404, 500]) {
      answer = (_request, response) => response.writeHead(status).end();
      await expect(safeFetch(good('/'), limits)).rejects.toMatchObject({ kind: 'failed', message: /status/ });
    }
    answer = (_request, response) => response.writeHead(302, { location: 'http://' }).end();
    await expect(safeFetch(good('/'), limits)).rejects.toMatchObject({ kind: 'failed' });
  });

  it('reads at most what it may, said or unsaid', async () => {
    answer = (_request, response) => response.end(Buffer.alloc(1000));
    expect((await safeFetch(good('/'), limits)).bytes).toHaveLength(1000);
    answer = (_request, response) => response.end(Buffer.alloc(1001));
    await expect(safeFetch(good('/'), limits)).rejects.toMatchObject({ kind: 'too_large' });
    let hasStopped = false;
    answer = (_request, response) => {
      response.on('close', () => (hasStopped = true));
      const more = (): void => {
        while (!hasStopped && response.write(Buffer.alloc(500)));
        if (!hasStopped) response.once('drain', more);
      };
      more();
    };
    await expect(safeFetch(good('/endless'), limits)).rejects.toMatchObject({ kind: 'too_large' });
  });

  it('unpacks nothing', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    answer = (_request, response) => response.setHeader('content-encoding', 'gzip').end(bomb);
    await expect(safeFetch(good('/'), { ...limits, maxBytes: 100_000 })).rejects.toMatchObject({
      kind: 'failed',
      message: /compressed/,
    });
  });

  it('gives up in time: silent name servers, silent servers, bodies that never end', async () => {
    const short = { maxBytes: 1000, timeoutMs: 150 };
    const timesOut = { kind: 'failed', message: 'The address did not answer within 0.15 seconds.' };
    const deaf = createSafeFetch({ allowPrivate: [], resolve: () => new Promise(() => undefined) });
    await expect(deaf('https://example.org/', short)).rejects.toMatchObject(timesOut);
    answer = () => undefined;
    await expect(safeFetch(good('/'), short)).rejects.toMatchObject(timesOut);
    answer = (_request, response) => response.write('a');
    await expect(safeFetch(good('/'), short)).rejects.toMatchObject(timesOut);
  });

  it('stops when it is told to, and says what it was told', async () => {
    const controller = new AbortController();
    answer = () => controller.abort(new Error('cancelled by the user'));
    await expect(safeFetch(good('/'), { ...limits, signal: controller.signal })).rejects.toThrow(
      'cancelled by the user',
    );
  });

  it('says that a server is not there, without saying where', async () => {
    const closed = createSafeFetch({ allowPrivate: ['gone.test:1'], resolve: () => Promise.resolve(to('127.0.0.1')) });
    const error = await closed('http://gone.test:1/', limits).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SafeFetchError);
    expect(error).toMatchObject({ kind: 'failed', message: 'The address could not be reached.' });
  });
});
