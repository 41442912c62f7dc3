import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '@octavo/contracts';
import sharp from 'sharp';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from '../apps/server/src/testing/server.ts';
import { sendBytes } from './lib/raw.ts';
import { type Program, startProgram } from './lib/program.ts';

const secrets = {
  password: 'a password in no log 4711',
  'another password': 'a wrong password in no log 4712',
  prompt: 'a prompt in no log, about tulips in winter',
  title: 'a title in no log, Tulips',
  text: 'a text in no log, which somebody wrote by hand',
  alt: 'words for an image in no log',
  email: 'in-no-log@example.org',
  'provider key': 'sk-key-of-a-provider-in-no-log',
  'user agent': 'agent\\r\\n{"level":60,"msg":"forged"}',
};

/** The server as an operator runs it, with a log of everything, through a whole life. */
describe('the log', () => {
  let testServer: TestServer;
  let programs: Program[];
  let lines: string[];
  let log: string;
  const found: Record<string, string> = {};
  const requestIds: string[] = [];

  beforeAll(async () => {
    testServer = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    const env: Record<string, string> = {
      ...testServer.env,
      LOG_LEVEL: 'trace',
      // An upstream that refuses the key and repeats it, and the prompt, in its words.
      XAI_API_KEY: secrets['provider key'],
      XAI_BASE_URL: `${testServer.sandbox.url}/xai/v1`,
      XAI_RATE_PER_MINUTE: '0',
      // Each fault is to be met, none to be waited for.
      PROVIDER_BREAKER_FAILURES: '1000',
    };
    programs = [await startProgram('api', env), await startProgram('worker', env)];
    await live(programs[0]!.url);
    for (const program of programs.toReversed()) await program.stop();
    log = programs.map((program) => program.output()).join('');
    lines = log.split('\n').filter((line) => line !== '');
    const { databasePassword, signingKeys } = JSON.parse(
      readFileSync(join(env['OCTAVO_DATA'] ?? '', 'secrets.json'), 'utf8'),
    ) as { databasePassword: string; signingKeys: Array<{ privateKeyPem: string }> };
    found['database password'] = databasePassword;
    found['signing key'] = signingKeys[0]!.privateKeyPem.split('\n')[1]!;
  });
  afterAll(async () => {
    for (const program of programs ?? []) await program.stop();
    await testServer.stop();
  });

  async function live(url: string): Promise<void> {
    let token = '';
    const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const answer = await fetch(url + path, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          'user-agent': secrets['user agent'],
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      requestIds.push(answer.headers.get('x-request-id') ?? '');
      const text = await answer.text();
      return (text.startsWith('{') ? (JSON.parse(text) as { data: T }).data : text) as T;
    };
    const { email, password, title, prompt, text, alt } = secrets;
    await call('POST', '/api/auth/register', { email, password, firstName: 'A', lastName: 'B' });
    await call('POST', '/api/auth/register', { email, password, firstName: 'A', lastName: 'B' });
    await call('POST', '/api/auth/login', { email, password: secrets['another password'] });
    await call('POST', '/api/auth/login', `{"email":"${email}","password":"${password}",`);
    const session = await call<Session>('POST', '/api/auth/login', { email, password });
    const renewed = await call<Session>('POST', '/api/auth/refresh', { refresh_token: session.refresh_token });
    Object.assign(found, {
      'access token': session.access_token,
      'refresh token': session.refresh_token,
      'renewed access token': renewed.access_token,
      'renewed refresh token': renewed.refresh_token,
    });
    token = session.access_token;

    const ended = async (job: { jobId: string }) => {
      // The stream of events ends with the generation.
      await call('GET', `/api/generations/${job.jobId}/events`);
      return call<{ status: string; text: string; images: Array<{ urls: { large: string } }> }>(
        'GET',
        `/api/generations/${job.jobId}`,
      );
    };
    const generate = (request: object) =>
      call<{ jobId: string; id: string }>('POST', '/api/content/generate', {
        title,
        contentType: 'blog',
        prompt,
        ...request,
      });
    const good = await generate({ provider: 'sandbox' });
    const written = await ended(good);
    expect(written.status).toBe('completed');
    found['what the provider wrote'] = written.text.slice(100, 160);
    for (const fault of [
      'cut after=30',
      '500',
      'bad-key',
      '401',
      'garbage',
      'wrong-shape',
      'refuse',
      '429 retry-after=0',
      'error-mid',
      'empty',
    ]) {
      await ended(await generate({ provider: 'sandbox', prompt: `${prompt} [sandbox:${fault}]` }));
      await ended(await generate({ provider: 'xai', prompt: `${prompt} [sandbox:${fault}]` }));
    }
    const drawn = await ended(await generate({ contentType: 'image', provider: 'sandbox' }));
    found['signature of an address'] = new URL(drawn.images[0]!.urls.large, url).searchParams.get('signature') ?? '';
    await call('GET', drawn.images[0]!.urls.large);
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const image = await call<{ id: string }>('POST', '/api/media', { base64: png.toString('base64'), alt });
    // As browsers send it.
    const form = new FormData();
    form.append('alt', alt);
    form.append('file', new Blob([Uint8Array.from(png)], { type: 'image/png' }), `${title}.png`);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${url}/api/media`, { method: 'POST', headers, body: form })).status).toBe(201);
    await call('POST', '/api/media', { url: `http://127.0.0.1/${alt}`, alt });
    await call('POST', '/api/media', { base64: Buffer.from(`<svg>${text}</svg>`).toString('base64'), alt });
    await ended(await generate({ contentType: 'description', input: { mediaId: image.id } }));
    await ended(await generate({ contentType: 'translation', prompt: '', input: { text, target: 'spa_Latn' } }));
    const cancelled = await generate({ delayMs: 60_000 });
    await call('POST', `/api/generations/${cancelled.jobId}/cancel`);
    await call('POST', `/api/generations/${cancelled.jobId}/retry`);
    const content = await call<{ id: string }>('POST', '/api/content', {
      title,
      contentType: 'blog',
      generatedText: text,
    });
    await call('PUT', `/api/content/${content.id}`, { generatedText: text, version: 99 });
    await call('GET', `/api/content?cursor=${encodeURIComponent(text)}`);
    await call('GET', `/api/nothing?token=${session.access_token}`);
    await call('DELETE', `/api/content/${content.id}`);
    // What nobody thought of: the database refuses with a message that quotes the row.
    const database = new pg.Client(testServer.database.url);
    await database.connect();
    await database.query(`ALTER TABLE contents ADD CONSTRAINT trap CHECK (body NOT LIKE '%in no log%') NOT VALID`);
    await call('POST', '/api/content', { title, contentType: 'blog', generatedText: text });
    await database.query('ALTER TABLE contents DROP CONSTRAINT trap');
    await database.end();
    await sendBytes(
      url,
      `GET /api/health HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${session.access_token}\r\nbad header\r\n\r\n`,
    );
    await call('POST', '/api/auth/logout', { refresh_token: renewed.refresh_token });
  }

  it('says something of every request, and of what went wrong', () => {
    expect(lines.filter((line) => line.includes('"answered"')).length).toBeGreaterThan(50);
    expect(log).toContain('request failed');
    const takes = lines.filter((line) => line.includes('"take ended"')).map((line) => JSON.parse(line) as object);
    expect(takes).toContainEqual(
      expect.objectContaining({ code: 'provider_auth', outcome: 'failed', status: 'failed' }),
    );
    expect(takes).toContainEqual(expect.objectContaining({ provider: 'sandbox', outcome: 'completed' }));
    // There is no mail here.
    expect(log).toContain('not set up: messages are kept for the admin');
  });

  it('is one JSON object a line, whatever line breaks were sent', () => {
    for (const line of lines) if (!line.startsWith('Octavo ')) expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(log).not.toContain('forged');
  });

  it('names every request by the id in its answer', () => {
    const logged = lines.flatMap((line) =>
      line.startsWith('{') ? [(JSON.parse(line) as { reqId?: string }).reqId] : [],
    );
    for (const id of requestIds) {
      expect(id).toMatch(/^[\da-f-]{36}$/);
      expect(logged).toContain(id);
    }
  });

  it('holds no secret, no prompt, no text and no name', () => {
    const all = { ...secrets, ...found };
    expect(Object.keys(all).length).toBeGreaterThan(14);
    for (const [name, secret] of Object.entries(all)) {
      expect([name, secret.length > 7]).toEqual([name, true]);
      // As it is, and as JSON has it.
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
        const line = lines.find((one) => one.includes(form));
        expect([name, line]).toEqual([name, undefined]);
      }
    }
  });

  it('passwords and tokens are in no row of the database either', async () => {
    const database = new pg.Client(testServer.database.url);
    await database.connect();
    const { rows } = await database.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(rows.length).toBeGreaterThan(10);
    let dump = '';
    for (const { name } of rows)
      dump += JSON.stringify((await database.query(`SELECT t::text FROM ${name} AS t`)).rows);
    await database.end();
    expect(dump).toContain(secrets.email);
    for (const name of ['password', 'another password', 'provider key'] as const)
      expect([name, dump.includes(secrets[name])]).toEqual([name, false]);
    for (const [name, secret] of Object.entries(found)) {
      if (name === 'what the provider wrote') continue;
      expect([name, dump.includes(secret)]).toEqual([name, false]);
    }
  });
});
