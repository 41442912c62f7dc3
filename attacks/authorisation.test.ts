import type { BatchRowPage, GenerationEvent, MediaView } from '@octavo/contracts';
import { decodeJwt } from 'jose';
import sharp from 'sharp';
import { io } from 'socket.io-client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../apps/server/src/testing/server.ts';
import { until } from '../apps/server/src/testing/until.ts';
import { createKey } from './lib/cast.ts';
import { fillPath, type Operation, readOperations, sampleOf } from './lib/openapi.ts';

/** Routes that anybody may call. A new route is either here, with a reason, or needs a token. */
const open = [
  'POST /api/auth/register',
  'POST /api/auth/login',
  'POST /api/auth/refresh',
  'POST /api/auth/logout',
  // For those who cannot sign in yet, or not any more; each shows something else that proves who they are.
  'GET /api/auth/registration',
  // The invitation's token is the proof; without one every answer is the same.
  'POST /api/auth/invitation',
  'POST /api/auth/recover',
  'POST /api/auth/recover/reset',
  'POST /api/auth/password-strength',
  'POST /api/auth/passkey/options',
  'POST /api/auth/passkey',
  'POST /api/account/restore',
  // Public keys are public.
  'GET /.well-known/jwks.json',
  // By a signed address or by token; everything else is a 404.
  'GET /media/{id}/{variant}',
  'GET /api/health',
  'GET /api/ready',
];
/** Routes for admins; others are refused whatever they send. */
const adminOnly = (path: string): boolean => path.startsWith('/api/admin/') || path.startsWith('/api/usage/unknown');
/** What a budget belongs to stands in the path, and is no id: tests of features/budgets show who may set which. */
const isBudget = (path: string): boolean => path.startsWith('/api/budgets/');

/** Values for fields whose rules stand in no schema. */
const known = {
  contentType: 'blog',
  title: 'Tea',
  prompt: 'The history of tea',
  alt: 'words',
  version: 1,
  password: 'correct horse battery',
};
/** Routes that only an API key of an admin may call: their own tests show it. */
const isForKeys = (path: string): boolean => path.startsWith('/api/security/');
/** Routes about the caller's own account: whatever their ids are, they are of nobody else's. */
const isOwnAccount = (path: string): boolean => path.startsWith('/api/account/');
const marker = 'only-for-the-eyes-of-its-owner';

describe('authorisation', () => {
  let server: TestServer;
  let owner: TestUser;
  let other: TestUser;
  let admin: TestUser;
  let operations: Operation[];
  /** Everything of the owner that has an id. */
  let ids: Record<'content' | 'job' | 'failed' | 'drawn' | 'image' | 'batch' | 'session' | 'key' | 'user', string>;
  /** Of an admin, for the routes that only programs may call. */
  let adminKey: string;
  let image: MediaView;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    admin = await server.signUp();
    owner = await server.signUp();
    other = await server.signUp();
    operations = await readOperations(server.url);
    const accepted = await owner.generate({ title: marker, prompt: `${marker} The history of tea` });
    await owner.ended(accepted.jobId, 'completed');
    const failed = await owner.generate({ title: marker, prompt: `${marker} [sandbox:refuse]`, provider: 'sandbox' });
    await owner.ended(failed.jobId);
    const drawn = await owner.generate({ title: marker, contentType: 'image', prompt: `${marker} a fox` });
    await owner.ended(drawn.jobId, 'completed');
    image = (await owner.upload(await picture(), { alt: marker })).body.data;
    const batch = await owner.call<{ id: string }>('POST', '/api/batches', {
      title: marker,
      contentType: 'blog',
      template: { title: 'On {{what}}', prompt: 'Write about {{what}}' },
      rows: [{ what: 'tea' }],
      provider: 'sandbox',
    });
    ids = {
      content: accepted.id,
      job: accepted.jobId,
      failed: failed.jobId,
      drawn: drawn.jobId,
      image: image.id,
      batch: batch.body.data.id,
      session: String(decodeJwt(owner.session.access_token)['sid']),
      key: (await createKey(owner, ['read'])).id,
      user: owner.session.user.id,
    };
    adminKey = (await createKey(admin, ['admin'])).key;
  });
  afterAll(() => server.stop());

  const bodyFor = (operation: Operation) =>
    operation.body && sampleOf(operation.body, operation.path === '/api/media' ? { base64: 'AAAA' } : known);

  const tokenFor = ({ path }: Operation) =>
    isForKeys(path) ? adminKey : (adminOnly(path) ? admin : owner).session.access_token;

  it('knows every route: each needs a token or stands in the list of open ones', () => {
    expect(operations.length).toBeGreaterThan(20);
    expect(
      operations
        .filter(({ needsToken }) => !needsToken)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(open.toSorted());
  });

  it('without a token every route answers 401, before it looks at anything else', async () => {
    for (const operation of operations.filter(({ needsToken }) => needsToken)) {
      for (const id of [ids.content, ids.job, 'not-an-id']) {
        const answer = await server.call(
          operation.method,
          fillPath(operation, () => id),
          { body: bodyFor(operation) },
        );
        expect([operation.name, answer.status, answer.body.code]).toEqual([operation.name, 401, 'unauthorized']);
      }
    }
  });

  it('another user gets 404 for every id that is not his, on every route that takes one', async () => {
    const before = await everything();
    const withId = operations.filter(
      ({ path, needsToken }) => path.includes('{') && needsToken && !adminOnly(path) && !isBudget(path),
    );
    expect(withId.length).toBeGreaterThan(10);
    for (const operation of withId) {
      for (const id of Object.values(ids)) {
        const answer = await other.call(
          operation.method,
          fillPath(operation, () => id),
          bodyFor(operation),
        );
        expect([operation.name, id, answer.status]).toEqual([operation.name, id, 404]);
      }
    }
    // And none of it has done anything.
    expect(await everything()).toEqual(before);
  });

  it('the owner gets something else for at least one: the requests above were right but for whose they were', async () => {
    for (const operation of operations.filter(
      ({ path, method, needsToken }) =>
        path.includes('{') &&
        needsToken &&
        method !== 'DELETE' &&
        !adminOnly(path) &&
        !isBudget(path) &&
        !isOwnAccount(path) &&
        !isForKeys(path),
    )) {
      const statuses = await Promise.all(
        Object.values(ids).map(async (id) => {
          const abort = new AbortController();
          const answer = await fetch(server.url + fillPath(operation, () => id), {
            method: operation.method,
            headers: { authorization: `Bearer ${owner.session.access_token}`, 'content-type': 'application/json' },
            body: operation.body ? JSON.stringify(bodyFor(operation)) : operation.method === 'POST' ? '{}' : null,
            signal: abort.signal,
          });
          abort.abort();
          return answer.status;
        }),
      );
      expect([operation.name, statuses.some((status) => status !== 404 && status < 500)]).toEqual([
        operation.name,
        true,
      ]);
    }
  });

  it('no list shows another user anything', async () => {
    const lists = operations.filter(
      ({ method, path, needsToken }) => method === 'GET' && !path.includes('{') && needsToken,
    );
    for (const { path, name } of lists) {
      // A ZIP, which the tests of features/portability open.
      if (adminOnly(path) || isForKeys(path) || path === '/api/account/export') continue;
      const { status, body } = await other.call('GET', path);
      expect([name, status]).toEqual([name, 200]);
      const text = JSON.stringify(body);
      for (const secret of [marker, owner.session.user.id, ...Object.values(ids)]) {
        expect([name, text.includes(secret)]).toEqual([name, false]);
      }
    }
    // A cursor of his leads nobody there either.
    for (const list of ['/api/content', '/api/media']) {
      const { body } = await other.call('GET', `${list}?cursor=${ids.content}`);
      expect(JSON.stringify(body)).not.toContain(marker);
    }
  });

  it('what is for admins is for admins', async () => {
    const routes = operations.filter(({ path }) => adminOnly(path));
    expect(routes.length).toBeGreaterThan(0);
    for (const operation of routes) {
      // Nobody has this id: an admin who may do it does nothing.
      const path = fillPath(operation, () => ids.content);
      expect([operation.name, (await other.call(operation.method, path, bodyFor(operation))).status]).toEqual([
        operation.name,
        403,
      ]);
      expect([operation.name, (await admin.call(operation.method, path, bodyFor(operation))).status]).not.toEqual([
        operation.name,
        403,
      ]);
    }
  });

  it('ids of others in bodies are no ids', async () => {
    const generate = (input: object, contentType: string) =>
      other.call('POST', '/api/content/generate', { title: 'Mine', contentType, prompt: 'x', input });
    for (const [input, contentType] of [
      [{ mediaId: ids.image }, 'description'],
      [{ references: [ids.image] }, 'image'],
      [{ contentId: ids.content, target: 'spa_Latn' }, 'translation'],
    ] as const) {
      const answer = await generate(input, contentType);
      expect([contentType, answer.status, answer.body.code]).toEqual([contentType, 400, 'validation_failed']);
    }
    // Nor in a table, where each becomes an id only when its turn comes.
    const batch = await other.call<{ id: string }>('POST', '/api/batches', {
      title: 'Mine',
      contentType: 'description',
      template: { title: 'x', prompt: 'x', input: { mediaId: '{{id}}' } },
      rows: [{ id: ids.image }],
      startsPaused: false,
      provider: 'sandbox',
    });
    expect(batch.status).toBe(201);
    const rowsOf = async () =>
      (await other.call<BatchRowPage>('GET', `/api/batches/${batch.body.data.id}/rows`)).body.data.rows;
    const [row] = await until(async () => {
      const rows = await rowsOf();
      return rows[0]?.state === 'failed' || rows[0]?.state === 'completed' ? rows : undefined;
    });
    expect([row?.state, row?.generationId]).toEqual(['failed', null]);
    for (const query of [`batchId=${ids.batch}`, `q=${marker}`]) {
      const { status, body } = await other.call<{ contents: unknown[] }>('GET', `/api/content?${query}`);
      expect([query, status, body.data.contents]).toEqual([query, 200, []]);
    }
  });

  it('fields that are not the caller’s to set are refused by every route', async () => {
    const withBody = operations.filter(({ body }) => body);
    expect(withBody.length).toBeGreaterThan(25);
    for (const operation of withBody) {
      for (const [field, value] of Object.entries({
        id: ids.content,
        userId: owner.session.user.id,
        user_id: owner.session.user.id,
        role: 'admin',
        isAdmin: true,
        cost: 0,
        billedMicroUsd: 0,
        createdAt: '2000-01-01T00:00:00Z',
        attempt: 99,
        emailVerified: true,
        email_verified_at: '2000-01-01T00:00:00Z',
        suspendedAt: null,
        deletionDueAt: null,
        secondFactor: true,
        scopes: ['admin'],
        status: 'completed',
        passwordHash: 'x',
        sessionId: ids.session,
        actorId: owner.session.user.id,
      })) {
        if (operation.body?.properties?.[field]) continue;
        const body = { ...(bodyFor(operation) as object), ...operation.example, [field]: value };
        const answer = await server.call(
          operation.method,
          fillPath(operation, () => ids.content),
          { body, token: tokenFor(operation) },
        );
        // The image has its own id, and of a wrong id is told first.
        expect([operation.name, field, [400, 404].includes(answer.status)]).toEqual([operation.name, field, true]);
        if (answer.status === 400 && !operation.path.includes('/secrets/')) {
          expect(JSON.stringify(answer.body.errors)).toContain(`body.${field}`);
        }
      }
    }
    const [row] = await server.database.query<{ role: string }>('SELECT role FROM users WHERE id = $1', [ids.user]);
    expect(row?.role).toBe('user');
  });

  it('a registration makes an admin of nobody but the first, not even of eight who come at once', async () => {
    const fresh = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    try {
      // Each takes long enough for the others to come in between.
      await fresh.database.query(`
        CREATE FUNCTION take_long() RETURNS trigger LANGUAGE plpgsql
          AS 'BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END';
        CREATE TRIGGER take_long BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION take_long()`);
      await Promise.all(Array.from({ length: 8 }, (_, n) => fresh.signUp(`at-once-${n}@example.org`)));
      const admins = await fresh.database.query("SELECT 1 FROM users WHERE role = 'admin'");
      expect(admins).toHaveLength(1);
    } finally {
      await fresh.stop();
    }
  });

  it('an invitation is for one person, once, and for nobody else', async () => {
    const invite = async (body: object) =>
      (await admin.call<{ token: string; id: string }>('POST', '/api/admin/invitations', body)).body.data;
    const register = (email: string, invitation: string) =>
      server.call<{ user: { id: string } }>('POST', '/api/auth/register', {
        body: { email, password: known.password, firstName: 'A', lastName: 'B', invitation },
      });
    const { token } = await invite({ role: 'admin' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => register(`invited-${n}@example.org`, token)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'invitation_invalid')).toHaveLength(9);
    const personal = await invite({ email: 'only-me@example.org', role: 'admin' });
    expect((await register('not-me@example.org', personal.token)).body.code).toBe('invitation_invalid');
    const revoked = await invite({});
    await admin.call('DELETE', `/api/admin/invitations/${revoked.id}`);
    expect((await register('late@example.org', revoked.token)).body.code).toBe('invitation_invalid');
    const expired = await invite({});
    await server.database.query('UPDATE invitations SET expires_at = now() WHERE id = $1', [expired.id]);
    expect((await register('later@example.org', expired.token)).body.code).toBe('invitation_invalid');
    const [row] = await server.database.query<{ admins: number }>(
      "SELECT count(*)::int AS admins FROM users WHERE role = 'admin'",
    );
    // The first, and one of the ten.
    expect(row?.admins).toBe(2);
  });

  it('an image is shown to its owner and to signed addresses, each for one image and one variant', async () => {
    const status = async (path: string, token?: string) =>
      (await fetch(server.url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }))
        .status;
    expect(await status(`/media/${image.id}/large`, owner.session.access_token)).toBe(200);
    expect(await status(`/media/${image.id}/large`, other.session.access_token)).toBe(404);
    expect(await status(`/media/${image.id}/large`)).toBe(404);
    const url = new URL(image.urls.large, server.url);
    expect(await status(url.pathname + url.search)).toBe(200);
    const changed = (change: (copy: URL) => void): Promise<number> => {
      const copy = new URL(url);
      change(copy);
      return status(copy.pathname + copy.search);
    };
    const mine = (await other.upload(await picture())).body.data;
    expect(await changed((copy) => (copy.pathname = copy.pathname.replace('large', 'original')))).toBe(404);
    expect(await changed((copy) => (copy.pathname = `/media/${mine.id}/large`))).toBe(404);
    expect(await changed((copy) => copy.searchParams.set('expires', '99999999999'))).toBe(404);
    expect(await changed((copy) => copy.searchParams.set('signature', ''))).toBe(404);
    expect(await changed((copy) => copy.searchParams.append('signature', 'x'))).toBe(404);
  });

  it('sockets hear of their own user only, and cannot ask for another room', async () => {
    const heard: unknown[] = [];
    const spy = io(server.url, { auth: { token: other.session.access_token }, transports: ['websocket'] });
    const listener = io(server.url, { auth: { token: owner.session.access_token }, transports: ['websocket'] });
    const own: GenerationEvent[] = [];
    spy.onAny((...args: unknown[]) => heard.push(args));
    listener.on('generation:event', (event: GenerationEvent) => own.push(event));
    await Promise.all(
      [spy, listener].map((socket) => new Promise<void>((resolve) => socket.on('connect', () => resolve()))),
    );
    const room = `user:${owner.session.user.id}`;
    for (const name of ['join', 'subscribe', 'room', 'joinRoom', 'watch']) spy.emit(name, room);
    await owner.ended((await owner.generate({ prompt: `${marker} about tea` })).jobId);
    await until(() => own.some(({ type }) => type === 'completed'));
    expect(JSON.stringify(heard)).toBe('[]');
    spy.close();
    listener.close();
  });

  /** Every row that a user has, as far as a stranger could have changed it. */
  async function everything(): Promise<unknown> {
    const client = new pg.Client(server.database.url);
    await client.connect();
    const tables = ['users', 'contents', 'generations', 'media', 'media_uses', 'batches', 'passkeys', 'totp_secrets'];
    const rows = [];
    for (const table of tables) rows.push((await client.query(`SELECT * FROM ${table} ORDER BY 1`)).rows);
    await client.end();
    return rows;
  }
});

function picture(): Promise<Buffer> {
  return sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
}
