import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ContentView,
  GenerationAccepted,
  GenerationStatus,
  GenerationView,
  MediaView,
  Problem,
  Session,
  Success,
} from '@octavo/contracts';
import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { readConfig } from '../config.ts';
import { createLog } from '../platform/log/index.ts';
import { startApi } from '../roles/api.ts';
import { startWorker } from '../roles/worker.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { createDocumentCheck } from './document-check.ts';
import { until } from './until.ts';

/** A success or a problem: a test looks at the fields it expects. */
type AnswerBody<T> = Omit<Success<T>, 'success'> & Omit<Problem, 'success'> & { success: boolean };
type Answer<T> = { status: number; headers: Headers; body: AnswerBody<T> };

/** A signed-in user of a test server. */
export interface TestUser {
  session: Session;
  call<T = unknown>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** Sends an image as a browser does. */
  upload(image: Uint8Array, options?: { name?: string; type?: string; alt?: string }): Promise<Answer<MediaView>>;
  generate(request?: Record<string, unknown>, headers?: Record<string, string>): Promise<GenerationAccepted>;
  generation(id: string): Promise<GenerationView>;
  content(id: string): Promise<ContentView>;
  ended(id: string, status?: GenerationStatus): Promise<GenerationView>;
}

export interface TestServer {
  url: string;
  database: TestDatabase;
  sandbox: Sandbox;
  env: Record<string, string>;
  call<T = unknown>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  signUp(email?: string): Promise<TestUser>;
  startWorker(env?: Record<string, string>): Promise<{ stop(): Promise<void> }>;
  stop(): Promise<void>;
}

interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  token?: string;
}

let users = 0;

/** Settings with which every hosted provider is set up, each of them the sandbox at `url`; without limits. */
export function hostedBy(url: string): Record<string, string> {
  return {
    XAI_API_KEY: 'key',
    XAI_BASE_URL: `${url}/v1`,
    XAI_RATE_PER_MINUTE: '0',
    GOOGLE_API_KEY: 'key',
    GOOGLE_BASE_URL: `${url}/v1beta`,
    GOOGLE_RATE_PER_MINUTE: '0',
    OPENROUTER_API_KEY: 'key',
    OPENROUTER_BASE_URL: `${url}/api/v1`,
    OPENROUTER_RATE_PER_MINUTE: '0',
  };
}

/** An API and, unless told otherwise, one worker in this process, on a database of their own and a real sandbox. */
export async function startTestServer(options: {
  serverUrl: string;
  redisUrl?: string | undefined;
  env?: Record<string, string>;
  /** Settings that make the sandbox stand for hosted providers; see `hostedBy`. */
  hosted?: (sandboxUrl: string) => Record<string, string>;
  /** Settings that name the sandbox. */
  sandboxUrls?: (url: string) => Record<string, string>;
  workers?: number;
  tokensPerSecond?: number;
}): Promise<TestServer> {
  const database = await createTestDatabase(options.serverUrl);
  const dataFolder = mkdtempSync(join(tmpdir(), 'octavo-data-'));
  const sandbox = await startSandbox({ tokensPerSecond: options.tokensPerSecond ?? 0, record: true });
  const env = {
    PORT: '0',
    OCTAVO_DATA: dataFolder,
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    SANDBOX_URL: sandbox.url,
    LOCAL_SERVER_DISCOVERY: 'off',
    GENERATION_BACKOFF_MS: '20',
    SWEEP_INTERVAL_MS: '500',
    ...options.hosted?.(sandbox.url),
    ...options.sandboxUrls?.(sandbox.url),
    // A test signs up more people in a minute than an office does in a day; the limits have tests of their own.
    RATE_LIMIT_SCALE: '1000',
    ...options.env,
  };
  const log = createLog(env.LOG_LEVEL, 'test');
  const api = await startApi(readConfig(env), log, 'test');
  const url = (api.url ?? '').replace('localhost', '127.0.0.1');
  const stops = [() => api.stop()];
  const assertIsDocumented = createDocumentCheck(url);

  async function start(extra: Record<string, string> = {}): Promise<{ stop(): Promise<void> }> {
    const worker = await startWorker(readConfig({ ...env, ...extra }), log);
    let stopped: Promise<void> | undefined;
    const handle = { stop: () => (stopped ??= worker.stop()) };
    stops.push(handle.stop);
    return handle;
  }
  for (let n = 0; n < (options.workers ?? 1); n += 1) await start();

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    for (const stopOne of stops.toReversed()) await stopOne();
    await sandbox.close();
    await database.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  }

  async function call<T>(method: string, path: string, { body, headers, token }: CallOptions = {}): Promise<Answer<T>> {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 400) await assertIsDocumented(method, path, text);
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  return {
    url,
    database,
    sandbox,
    env,
    call,
    startWorker: start,
    async signUp(email = `user-${(users += 1)}@example.org`) {
      const { body } = await call<Session>('POST', '/api/auth/register', {
        body: { email, password: 'correct horse battery', firstName: 'Ada', lastName: 'Lovelace' },
      });
      return createTestUser(call, body.data);
    },
    stop: () => (stopped ??= stop()),
  };
}

function createTestUser(callServer: TestServer['call'], session: Session): TestUser {
  const user: TestUser = {
    session,
    call: (method, path, body, headers = {}) =>
      callServer(method, path, { body, headers, token: session.access_token }),
    upload(image, { name = 'a.png', type = 'image/png', alt } = {}) {
      const form = new FormData();
      if (alt !== undefined) form.append('alt', alt);
      form.append('file', new Blob([new Uint8Array(image)], { type }), name);
      return user.call('POST', '/api/media', form);
    },
    async generate(request = {}, headers) {
      const body = { title: 'Tea', contentType: 'blog', prompt: 'The history of tea', ...request };
      const answer = await user.call<GenerationAccepted>('POST', '/api/content/generate', body, headers);
      if (answer.status !== 202) throw new Error(`not accepted: ${JSON.stringify(answer.body)}`);
      return answer.body.data;
    },
    async generation(id) {
      return (await user.call<GenerationView>('GET', `/api/generations/${id}`)).body.data;
    },
    async content(id) {
      return (await user.call<ContentView>('GET', `/api/content/${id}`)).body.data;
    },
    async ended(id, status) {
      let view = await user.generation(id);
      await until(async () => {
        view = await user.generation(id);
        return ['completed', 'failed', 'cancelled'].includes(view.status);
      });
      if (status && view.status !== status) throw new Error(`${view.status}, not ${status}: ${view.failureReason}`);
      return view;
    },
  };
  return user;
}
