import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { isPublicAddress } from './public-address.ts';

const maxRedirects = 3;

/** Why nothing was fetched; the message is for the user and names no address that was looked up. */
export class SafeFetchError extends Error {
  override readonly name = 'SafeFetchError';
  /** `refused`: the rules forbid it; `too_large`, `failed`: it was tried. */
  readonly kind: 'refused' | 'too_large' | 'failed';

  constructor(kind: SafeFetchError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

export interface SafeFetchOptions {
  /** Of the body; nothing beyond it is read. */
  maxBytes: number;
  /** For everything together: names, redirects, body. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** The Accept header. What comes back may still be anything. */
  accept?: string;
}

export interface Fetched {
  bytes: Buffer;
  contentType: string | undefined;
  /** Where it was found, after redirects. */
  url: string;
}

export type SafeFetch = (url: string, options: SafeFetchOptions) => Promise<Fetched>;

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/**
 * GET for addresses that users and providers name. Only http and https on the usual ports, only public addresses; a name
 * is looked up once, and the connection goes to the very addresses that were checked, so that a name which changes its
 * mind changes nothing. Redirects are followed by the same rules. No cookies, no credentials, nothing compressed.
 *
 * `allowPrivate` lists hosts (`nas.lan`, `192.168.1.5:9000`) that the operator trusts: for them neither address nor
 * port is checked.
 *
 * The function returned throws SafeFetchError; when `signal` is aborted, its reason.
 */
export function createSafeFetch(deps: { allowPrivate: string[]; resolve?: Resolve }): SafeFetch {
  const resolve = deps.resolve ?? resolveName;
  const allowed = new Set(deps.allowPrivate.map((host) => new URL(`http://${host}`).host));

  return async (start, options) => {
    const deadline = AbortSignal.timeout(options.timeoutMs);
    const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
    try {
      let url = start;
      for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        const answer = await fetchOnce(checkUrl(url, allowed), { ...options, signal, resolve });
        if ('bytes' in answer) return answer;
        url = answer.location;
      }
      throw new SafeFetchError('failed', `The address redirects more than ${maxRedirects} times.`);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof SafeFetchError) throw error;
      if (deadline.aborted) {
        throw new SafeFetchError('failed', `The address did not answer within ${options.timeoutMs / 1000} seconds.`, {
          cause: error,
        });
      }
      throw new SafeFetchError('failed', 'The address could not be reached.', { cause: error });
    }
  };
}

interface Target {
  url: URL;
  /** The operator said that this host may be private. */
  isTrusted: boolean;
}

/** The URL parser has turned decimal, octal, hex and full-width hosts into plain ones before anything is compared. */
function checkUrl(text: string, allowed: Set<string>): Target {
  if (!URL.canParse(text)) throw new SafeFetchError('refused', 'This is not a complete address (https://…).');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SafeFetchError('refused', 'Only http and https addresses are fetched.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new SafeFetchError('refused', 'Addresses with a user name or password are not fetched.');
  }
  const isTrusted = allowed.has(url.host);
  if (!isTrusted && !['', '80', '443'].includes(url.port)) {
    throw new SafeFetchError('refused', 'Only addresses on the ports 80 and 443 are fetched.');
  }
  return { url, isTrusted };
}

async function fetchOnce(
  { url, isTrusted }: Target,
  options: SafeFetchOptions & { signal: AbortSignal; resolve: Resolve },
): Promise<Fetched | { location: string }> {
  const { maxBytes, signal } = options;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  const family = literal.includes(':') ? 6 : /^\d+\.\d+\.\d+\.\d+$/.test(literal) ? 4 : undefined;
  const addresses = family
    ? [{ address: literal, family }]
    : await abortable(options.resolve(url.hostname), signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw new SafeFetchError('failed', `There is no host ${url.hostname}.`, { cause: error });
      });
  if (addresses.length === 0) throw new SafeFetchError('failed', `There is no host ${url.hostname}.`);
  if (!isTrusted && !addresses.every(({ address }) => isPublicAddress(address))) {
    throw new SafeFetchError('refused', 'This address is not on the public internet.');
  }

  // Loaded for the first address: most processes fetch none.
  const { Agent, request } = await import('undici');
  const agent = new Agent({ connect: { lookup: onlyThese(addresses), timeout: options.timeoutMs }, pipelining: 0 });
  try {
    const response = await request(url, {
      dispatcher: agent,
      signal,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
      headers: {
        'user-agent': 'Octavo',
        accept: options.accept ?? '*/*',
        'accept-encoding': 'identity',
      },
    });
    return await readAnswer(response, url, maxBytes);
  } finally {
    await agent.destroy();
  }
}

async function readAnswer(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  url: URL,
  maxBytes: number,
): Promise<Fetched | { location: string }> {
  const tooLarge = () => new SafeFetchError('too_large', `What the address holds is larger than ${maxBytes} bytes.`);
  // Whoever stops reading destroys the connection; the body's complaint about that is no news.
  body.on('error', () => undefined);
  const location = one(headers['location']);
  if ([301, 302, 303, 307, 308].includes(statusCode) && location !== undefined) {
    if (!URL.canParse(location, url.href)) throw new SafeFetchError('failed', 'The address redirects to nowhere.');
    return { location: new URL(location, url).href };
  }
  if (statusCode !== 200) throw new SafeFetchError('failed', `The address answered with status ${statusCode}.`);
  const encoding = one(headers['content-encoding'])?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') {
    throw new SafeFetchError('failed', 'The address answers compressed although that was not asked for.');
  }
  if (Number(one(headers['content-length']) ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), contentType: one(headers['content-type']), url: url.href };
}

/** A lookup for sockets that knows the checked addresses and asks nobody. */
function onlyThese(addresses: LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
}

function resolveName(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

/** A name server that never answers cannot be interrupted, but it can be left alone. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
