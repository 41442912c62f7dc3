import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentPage, MediaView, UsageView } from '@octavo/contracts';
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../apps/server/src/testing/server.ts';
import { blackPng } from './lib/bombs.ts';

type Row = Record<string, unknown>;

/** ZIPs that somebody has made to be imported, from an export that is right but for one thing. */
describe('an import', () => {
  let server: TestServer;
  let victim: TestUser;
  let attacker: TestUser;
  let exported: Record<string, Uint8Array>;
  let theirs: { content: string; job: string; image: MediaView };

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), env: { IMPORT_MAX_BYTES: '1048576' } });
    await server.signUp('import-admin@example.org');
    victim = await server.signUp('import-victim@example.org');
    const accepted = await victim.generate({ title: 'The secret of the victim' });
    await victim.ended(accepted.jobId, 'completed');
    const image = (await victim.upload(await picture('#123456'), { alt: 'the secret picture' })).body.data;
    theirs = { content: accepted.id, job: accepted.jobId, image };

    const author = await server.signUp('import-author@example.org');
    const text = await author.generate({ title: 'Tea' });
    await author.ended(text.jobId, 'completed');
    const own = (await author.upload(await picture('#fa0'), { alt: 'An orange' })).body.data;
    const described = await author.generate({
      title: 'Described',
      contentType: 'description',
      prompt: 'What is it?',
      input: { mediaId: own.id },
    });
    await author.ended(described.jobId, 'completed');
    const answer = await fetch(`${server.url}/api/account/export`, {
      headers: { authorization: `Bearer ${author.session.access_token}` },
    });
    exported = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    attacker = await server.signUp('import-attacker@example.org');
  });
  afterAll(() => server?.stop());

  async function send(zip: Uint8Array, who = attacker) {
    const response = await fetch(`${server.url}/api/account/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${who.session.access_token}`, 'content-type': 'application/zip' },
      body: Uint8Array.from(zip),
    });
    const body = (await response.json()) as { code?: string; data?: { contents: number } };
    return { status: response.status, code: body.code, data: body.data };
  }
  const zipOf = (change: (files: Zippable) => void): Uint8Array => {
    const files: Zippable = { ...exported };
    change(files);
    return zipSync(files, { level: 6 });
  };
  const rowsOf = (name: string): Row[] =>
    strFromU8(exported[name] ?? new Uint8Array())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row);
  const toFile = (rows: object[]) => strToU8(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const withRows = (name: string, change: (row: Row) => Row) =>
    zipOf((files) => (files[name] = toFile(rowsOf(name).map(change))));
  const imageName = () => Object.keys(exported).find((name) => name.startsWith('images/'))!;
  /** Everything of everybody but the attacker, and what lies about on the disk. */
  async function everybodyElse() {
    const id = attacker.session.user.id;
    const tables: Array<[string, string]> = [
      ['contents', 'user_id <> $1'],
      ['generations', 'user_id <> $1'],
      ['media', 'user_id <> $1'],
      ['media_uses', 'media_id IN (SELECT id FROM media WHERE user_id <> $1)'],
      ['content_versions', 'user_id <> $1'],
    ];
    const rows = [];
    for (const [table, where] of tables) {
      rows.push(
        await server.database.query(`SELECT row_to_json(t)::text FROM ${table} t WHERE ${where} ORDER BY 1`, [id]),
      );
    }
    const users = await server.database.query(
      'SELECT id, role, suspended_at, email, password_hash FROM users ORDER BY id',
    );
    return [rows, users];
  }
  const mine = () => server.database.query('SELECT 1 FROM contents WHERE user_id = $1', [attacker.session.user.id]);

  it('is taken as it is: the attacks below change one thing each', async () => {
    const friend = await server.signUp();
    expect(
      await send(
        zipOf(() => undefined),
        friend,
      ),
    ).toMatchObject({ status: 200, data: { contents: 2 } });
  });

  it('names that lead elsewhere, links, and files that are no part of an export are refused', async () => {
    const id = randomUUID();
    for (const name of [
      '../../../../tmp/octavo-slip',
      'images/../../../../tmp/octavo-slip.png',
      `images/${id}.png/../../../octavo-slip`,
      '/tmp/octavo-slip',
      'C:\\octavo-slip',
      '..\\..\\octavo-slip',
      `images\\${id}.png`,
      `images/${id}.png\u0000.txt`,
      `images/${id}.svg`,
      `images/${id}.html`,
      `IMAGES/${id}.png`,
      `images/${id}.png `,
      'images/',
      'other/../../x.ndjson',
      'secrets.json',
      'users.ndjson',
      'sessions.ndjson',
      'api_keys.ndjson',
      'x'.repeat(60_000),
    ]) {
      const zip = zipOf((files) => (files[name] = strToU8('x')));
      const answer = await send(zip);
      expect([name.slice(0, 50), answer.status, answer.code]).toEqual([name.slice(0, 50), 400, 'validation_failed']);
    }
    // A symbolic link under a name that is right is a small file that is no image.
    const link = zipOf((files) => (files[imageName()] = [strToU8('/etc/passwd'), { os: 3, attrs: 0o120_777 << 16 }]));
    expect((await send(link)).status).toBeGreaterThanOrEqual(400);
    expect(existsSync('/tmp/octavo-slip')).toBe(false);
    expect(await mine()).toEqual([]);
  });

  it('bombs are counted as they burst, whatever their headers say', async () => {
    const zeros = new Uint8Array(8_000_000);
    const lying = zipSync({ ...exported, 'other/zeros.ndjson': zeros }, { level: 9 });
    // The sizes in both headers of the entry become 10.
    const view = new DataView(lying.buffer, lying.byteOffset);
    for (let at = 0; at < lying.length - 46; at += 1) {
      const mark = view.getUint32(at, true);
      const size = mark === 0x04034b50 ? at + 22 : mark === 0x02014b50 ? at + 24 : 0;
      if (size > 0 && view.getUint32(size, true) === zeros.length) view.setUint32(size, 10, true);
    }
    const nested = zipSync({ 'a.zip': zipSync({ 'b.zip': zipSync({ c: zeros }, { level: 9 }) }, { level: 9 }) });
    const deep = `{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}\n`;
    for (const [name, zip] of Object.entries<Uint8Array>({
      zeros: zipOf((files) => (files['other/zeros.ndjson'] = zeros)),
      lying,
      'a line without an end': zipOf((files) => (files['contents.ndjson'] = strToU8('x'.repeat(3_000_000)))),
      'many files': zipOf((files) => {
        for (let n = 0; n < 5000; n += 1) files[`images/${randomUUID()}.png`] = new Uint8Array(1000);
      }),
      'a ZIP in a ZIP': zipOf((files) => (files['images/a.zip'] = nested)),
      '400 megapixels': zipOf((files) => (files[imageName()] = blackPng(20_000, 20_000))),
      'an SVG for an image': zipOf((files) => (files[imageName()] = strToU8('<svg onload="alert(1)"/>'))),
      'a page for an image': zipOf((files) => (files[imageName()] = strToU8('<script>alert(1)</script>'))),
      'deep JSON in rows': zipOf((files) => (files['contents.ndjson'] = strToU8(deep))),
      'deep JSON in the manifest': zipOf((files) => (files['manifest.json'] = strToU8(deep))),
      'no ZIP': strToU8(deep),
      'a million line breaks and then no row': zipOf(
        (files) => (files['contents.ndjson'] = strToU8(`${'\n'.repeat(1_000_000)}x`)),
      ),
    })) {
      const answer = await send(zip);
      expect([name, answer.status >= 400 && answer.status < 500]).toEqual([name, true]);
    }
    expect(await mine()).toEqual([]);
    expect(readdirSync(join(server.env['OCTAVO_DATA'] ?? '', 'tmp'))).toEqual([]);
    expect((await server.call('GET', '/api/health')).status).toBe(200);
  });

  it('ids, owners and rights of others stay theirs, whatever a ZIP names', async () => {
    const before = await everybodyElse();
    const { content, job, image } = theirs;
    const stolen = { user_id: victim.session.user.id, userId: victim.session.user.id, role: 'admin' };
    const thief = await server.signUp();
    const zips: Uint8Array[] = [
      withRows('contents.ndjson', (row) => ({ ...row, ...stolen, generation_id: job })),
      withRows('generations.ndjson', (row) => ({ ...row, ...stolen, cost_micro_usd: -1e9, attempt: 0 })),
      withRows('generation_events.ndjson', (row) => ({
        ...row,
        ...stolen,
        data: { mediaId: image.id, contentId: content },
      })),
      withRows('generation_attempts.ndjson', (row) => ({
        ...row,
        ...stolen,
        reserved_micro_usd: -5e9,
        cost_micro_usd: -5e9,
      })),
      withRows('media.ndjson', (row) => ({ ...row, ...stolen, file_id: image.id, sha256: 'x' })),
      // The ids of another account for one's own rows: they get new ones.
      zipOf((files) => {
        for (const name of Object.keys(exported).filter(
          (one) => one.endsWith('.ndjson') && !one.startsWith('other/'),
        )) {
          const [first] = rowsOf('contents.ndjson') as [{ id: string }];
          files[name] = strToU8(strFromU8(exported[name]!).replaceAll(first.id, content));
        }
      }),
      zipOf((files) => {
        files['profile.json'] = strToU8(
          JSON.stringify({ ...stolen, id: victim.session.user.id, email: 'x@example.org' }),
        );
        files['other/api_keys.ndjson'] = toFile([{ ...stolen, scopes: ['admin'], key_hash: '\\x00' }]);
        files['other/sessions.ndjson'] = toFile([{ ...stolen, id: randomUUID() }]);
        files['other/budgets.ndjson'] = toFile([{ ...stolen, limit_micro_usd: 1e15 }]);
      }),
    ];
    for (const [index, zip] of zips.entries()) {
      expect([index, (await send(zip, thief)).status]).toEqual([index, 200]);
    }
    const pages = JSON.stringify([
      (await thief.call<ContentPage>('GET', '/api/content?limit=100')).body,
      (await thief.call('GET', '/api/media')).body,
    ]);
    for (const secret of ['The secret of the victim', 'the secret picture', content, job, image.id]) {
      expect([secret, pages.includes(secret)]).toEqual([secret, false]);
    }
    for (const name of ['api_keys', 'budgets']) {
      const [row] = await server.database.query<{ count: number }>(`SELECT count(*)::int FROM ${name}`);
      expect([name, row?.count]).toEqual([name, 0]);
    }
    // All that is new is the thief's.
    await server.database.query('DELETE FROM users WHERE id = $1', [thief.session.user.id]);
    const friend = await everybodyElse();
    expect(friend).toEqual(before);
  });

  it('an image of somebody else that an input names is not looked at, not even when it is asked for again', async () => {
    const thief = await server.signUp();
    const zip = withRows('generations.ndjson', (row) =>
      row['content_type'] === 'description'
        ? { ...row, input: { mediaId: theirs.image.id }, status: 'failed', output: null, failure_code: 'x' }
        : row,
    );
    const usesNothing = unzipSync(zip);
    usesNothing['media_uses.ndjson'] = new Uint8Array();
    const answer = await send(zipSync(usesNothing), thief);
    // Refused as a whole, or taken without the image.
    if (answer.status !== 200) return expect(answer.status).toBe(400);
    const { contents } = (await thief.call<ContentPage>('GET', '/api/content?limit=100')).body.data;
    const described = contents.find(({ title }) => title === 'Described')!;
    const asked = server.sandbox.requests.length;
    for (const [path, body] of [
      [`/api/generations/${described.jobId}/retry`, {}],
      [`/api/content/${described.id}/regenerate`, { prompt: 'again' }],
    ] as const) {
      const again = await thief.call<{ jobId: string }>('POST', path, body);
      if (again.status < 300) await thief.ended(again.body.data.jobId, 'failed');
      else expect([path, [400, 404].includes(again.status)]).toEqual([path, true]);
    }
    const view = JSON.stringify(await thief.generation(described.jobId!));
    expect(view).not.toContain('signature=');
    // Nothing with an image in it went out.
    const sent = JSON.stringify(server.sandbox.requests.slice(asked));
    expect(sent).not.toContain('image');
  });

  it('what a ZIP says of its own origin moves no money and writes no history of this server', async () => {
    const thief = await server.signUp();
    const now = new Date().toISOString();
    const zip = zipOf((files) => {
      files['generation_attempts.ndjson'] = toFile(
        rowsOf('generation_attempts.ndjson').map((row) => ({
          ...row,
          provider: 'xai',
          cost_micro_usd: 9e9,
          cost_source: 'billed',
        })),
      );
      files['contents.ndjson'] = toFile(
        rowsOf('contents.ndjson').map((row) => ({
          ...row,
          origin: 'written',
          is_edited: false,
          hash: 'sha256:00',
        })),
      );
      files['other/audit_log.ndjson'] = toFile([{ action: 'role.changed', actor_id: thief.session.user.id, at: now }]);
      files['other/content_versions.ndjson'] = toFile([{ origin: 'written', number: 1, body: 'forged' }]);
    });
    expect((await send(zip, thief)).status).toBe(200);
    const usage = (await thief.call<UsageView>('GET', '/api/usage')).body;
    expect(JSON.stringify(usage)).not.toContain('9000000000');
    const versions = await server.database.query<{ origin: string; number: number; body: string }>(
      'SELECT origin, number, body FROM content_versions WHERE user_id = $1',
      [thief.session.user.id],
    );
    // A text that a model wrote does not become somebody's own.
    expect(versions.map(({ origin, number }) => [origin, number])).toEqual(versions.map(() => ['generated', 1]));
    expect(versions.length).toBeGreaterThan(0);
    expect(JSON.stringify(versions)).not.toContain('forged');
    const log = await server.database.query("SELECT 1 FROM audit_log WHERE action = 'role.changed'");
    expect(log).toEqual([]);
  });

  it('rows with __proto__, SQL and HTML are words, or are refused', async () => {
    const thief = await server.signUp();
    const words = `'; DROP TABLE users; -- <img src=x onerror=alert(1)> \${7*7} %s`;
    const zip = zipOf((files) => {
      const lines = rowsOf('contents.ndjson').map((row) =>
        JSON.stringify({ ...row, title: words, body: words }).replace(
          '{',
          '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
        ),
      );
      files['contents.ndjson'] = strToU8(`${lines.join('\n')}\n`);
    });
    expect((await send(zip, thief)).status).toBe(200);
    expect(({} as Row)['polluted']).toBeUndefined();
    const { contents } = (await thief.call<ContentPage>('GET', '/api/content?limit=100')).body.data;
    for (const { title } of contents) expect(title).toBe(words);
    for (const bad of [`2026-01-01'; DROP TABLE users; --`, 'infinity', '99999-01-01T00:00:00Z']) {
      expect(
        (
          await send(
            withRows('contents.ndjson', (row) => ({ ...row, created_at: bad })),
            thief,
          )
        ).status,
      ).toBe(400);
    }
    expect(
      (
        await send(
          withRows('generations.ndjson', (row) => ({ ...row, status: 'processing' })),
          thief,
        )
      ).status,
    ).toBe(200);
    const running = await server.database.query(
      "SELECT 1 FROM generations WHERE user_id = $1 AND status NOT IN ('completed', 'failed', 'cancelled')",
      [thief.session.user.id],
    );
    expect(running).toEqual([]);
  });

  it('two imports of one user do not go on at once', async () => {
    const friend = await server.signUp();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        send(
          zipOf(() => undefined),
          friend,
        ),
      ),
    );
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
  });
});

function picture(background: string): Promise<Buffer> {
  return sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .png()
    .toBuffer();
}
