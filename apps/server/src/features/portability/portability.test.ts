import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentPage, ContentView, ImportResult, MediaPage, VersionPage } from '@octavo/contracts';
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';
import { rowSchemas, type TableName } from './format.ts';

type Files = Record<string, Uint8Array>;

describe('taking an account elsewhere', () => {
  let server: TestServer;
  let elsewhere: TestServer;
  let user: TestUser;
  let exported: Uint8Array;
  let imageJob: string;

  beforeAll(async () => {
    const options = { serverUrl: inject('serverUrl'), env: { IMPORT_MAX_BYTES: '1048576' } };
    [server, elsewhere] = await Promise.all([startTestServer(options), startTestServer({ ...options, workers: 0 })]);
    const stranger = await server.signUp('stranger@example.org');
    await stranger.generate({ title: 'Somebody else’s' });
    user = await server.signUp('traveller@example.org');
    for (const title of ['One', 'Two', 'Three']) {
      const { jobId } = await user.generate({ title, prompt: `About ${title} ñ 🦊` });
      await user.ended(jobId, 'completed');
    }
    const { jobId } = await user.generate({ title: 'A lamp', contentType: 'image', prompt: 'A lamp' });
    await user.ended(jobId, 'completed');
    imageJob = jobId;
    const picture = await sharp({ create: { width: 9, height: 7, channels: 3, background: '#fa0' } })
      .png()
      .toBuffer();
    const uploaded = await user.upload(picture, { alt: 'An orange' });
    const described = await user.generate({
      title: 'Described',
      contentType: 'description',
      prompt: 'What is it?',
      input: { mediaId: uploaded.body.data.id },
    });
    await user.ended(described.jobId, 'completed');
    const [first] = (await user.call<ContentPage>('GET', '/api/content?limit=100')).body.data.contents.filter(
      ({ title }) => title === 'One',
    );
    await user.call('PUT', `/api/content/${first?.id}`, { generatedText: 'Words of my own' });
    await user.call('POST', `/api/content/${first?.id}/versions/1/restore`);
    await user.call('POST', `/api/content/${first?.id}/versions/2/branch`);
    for (const startsPaused of [true, false]) {
      const batch = await user.call<{ id: string }>('POST', '/api/batches', {
        title: startsPaused ? 'A draft' : 'A batch',
        contentType: 'social',
        template: { title: '{{name}}', prompt: 'About {{name}}' },
        rows: [{ name: `Ada ${startsPaused}` }, { name: `Grace ${startsPaused}` }],
        startsPaused,
      });
      const status = async () =>
        (await user.call<{ batch: { status: string } }>('GET', `/api/batches/${batch.body.data.id}`)).body.data;
      if (!startsPaused) await until(async () => JSON.stringify(await status()).includes('"status":"completed"'));
    }
    // One that will not have ended.
    await user.generate({ title: 'Waiting', delayMs: 3_600_000 });
    await user.call('POST', '/api/account/keys', { password: 'correct horse battery', name: 'k' });
    exported = await download(user);
  });
  afterAll(() => Promise.all([server?.stop(), elsewhere?.stop()]));

  async function download(who: TestUser, from = server): Promise<Uint8Array> {
    const response = await fetch(`${from.url}/api/account/export`, {
      headers: { authorization: `Bearer ${who.session.access_token}` },
    });
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="octavo-[\d-]+\.zip"$/);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    return bytes;
  }

  async function upload(who: TestUser, zip: Uint8Array, headers: Record<string, string> = {}) {
    const response = await fetch(`${elsewhere.url}/api/account/import`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${who.session.access_token}`,
        'content-type': 'application/zip',
        ...headers,
      },
      body: Uint8Array.from(zip),
    });
    const body = (await response.json()) as { data: ImportResult; code: string; message: string };
    return { status: response.status, ...body };
  }

  /** The export with some of its files changed. */
  function changed(change: (files: Files) => void): Uint8Array {
    const files = unzipSync(exported);
    change(files);
    // In the order in which an import reads them.
    return zipSync(files as Zippable, { level: 6 });
  }
  const lines = (bytes: Uint8Array | undefined) =>
    strFromU8(bytes ?? new Uint8Array())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const toLines = (rows: object[]) => strToU8(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

  async function query(on: TestServer, sql: string, values: unknown[] = []): Promise<Array<Record<string, unknown>>> {
    const client = new pg.Client(on.database.url);
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql, values);
    await client.end();
    return rows;
  }

  it('exports every row of the user, nobody else’s, and no secret', async () => {
    const files = unzipSync(exported);
    const { id } = user.session.user;
    for (const [file, table, where] of [
      ['contents.ndjson', 'contents', 'user_id = $1'],
      ['generations.ndjson', 'generations', 'user_id = $1'],
      [
        'generation_attempts.ndjson',
        'generation_attempts',
        'generation_id IN (SELECT id FROM generations WHERE user_id = $1)',
      ],
      [
        'generation_events.ndjson',
        'generation_events',
        'generation_id IN (SELECT id FROM generations WHERE user_id = $1)',
      ],
      ['content_versions.ndjson', 'content_versions', 'content_id IN (SELECT id FROM contents WHERE user_id = $1)'],
      ['batches.ndjson', 'batches', 'user_id = $1'],
      ['batch_rows.ndjson', 'batch_rows', 'batch_id IN (SELECT id FROM batches WHERE user_id = $1)'],
      ['media.ndjson', 'media', 'user_id = $1'],
      ['media_uses.ndjson', 'media_uses', 'media_id IN (SELECT id FROM media WHERE user_id = $1)'],
      ['other/sessions.ndjson', 'sessions', 'user_id = $1'],
      ['other/api_keys.ndjson', 'api_keys', 'user_id = $1'],
    ] as const) {
      const [row] = await query(server, `SELECT count(*)::int FROM ${table} WHERE ${where}`, [id]);
      expect([file, lines(files[file]).length]).toEqual([file, row?.['count']]);
      expect([file, lines(files[file]).length > 0]).toEqual([file, true]);
    }
    // A table that is added later is counted by itself.
    const secret = ['refresh_tokens', 'codes', 'totp_secrets', 'recovery_codes', 'passkey_challenges'];
    const tables = await query(
      server,
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name <> ALL($1)`,
      [secret],
    );
    for (const name of tables.map((table) => String(table['name']))) {
      const [row] = await query(server, `SELECT count(*)::int FROM ${name} WHERE user_id = $1`, [id]);
      const file = files[`${name}.ndjson`] ?? files[`other/${name}.ndjson`];
      expect([name, file && lines(file).length]).toEqual([name, row?.['count']]);
    }
    for (const name of secret) expect([name, Object.keys(files).join().includes(name)]).toEqual([name, false]);
    const everything = Object.values(files)
      .map((bytes) => strFromU8(bytes, true))
      .join('\n');
    expect(everything).not.toContain('Somebody else');
    expect(everything).not.toContain('stranger@example.org');
    expect(everything).not.toContain('argon2');
    expect(everything).not.toContain('key_hash');
    expect(JSON.parse(strFromU8(files['profile.json'] ?? new Uint8Array()))).toMatchObject({
      email: 'traveller@example.org',
    });
    const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array())) as { counts: object };
    expect(manifest.counts).toMatchObject({ contents: 9, generations: 8, media: 2 });
    // Nothing of it stays on the disk.
    expect(readdirSync(join(server.env['OCTAVO_DATA'] ?? '', 'tmp'))).toEqual([]);
  });

  it('imports it on another server: texts, images and what belongs to what', async () => {
    const newcomer = await elsewhere.signUp('newcomer@example.org');
    const imported = await upload(newcomer, exported);
    expect(imported).toMatchObject({ status: 200, data: { contents: 9, generations: 8, images: 2 } });
    const contentsOf = async (who: TestUser) =>
      (await who.call<ContentPage>('GET', '/api/content?limit=100')).body.data.contents;
    const [before, after] = [await contentsOf(user), await contentsOf(newcomer)];
    const plain = ({ title, generatedText, contentType, prompt }: ContentView) => ({
      title,
      generatedText,
      contentType,
      prompt,
    });
    expect(after.map(plain)).toEqual(before.map(plain));
    expect(after.map(({ id }) => id)).not.toEqual(before.map(({ id }) => id));
    expect(after.find(({ title }) => title === 'Waiting')?.generationStatus).toBe('cancelled');

    const lamp = after.find(({ title }) => title === 'A lamp');
    const generation = await newcomer.generation(lamp?.jobId ?? '');
    const original = await user.generation(imageJob);
    expect(generation.images).toHaveLength(original.images.length);
    const picture = await fetch(elsewhere.url + (generation.images[0]?.urls.original ?? ''));
    expect(picture.status).toBe(200);
    const { media } = (await newcomer.call<MediaPage>('GET', '/api/media')).body.data;
    expect(media.map(({ origin, alt, width }) => ({ origin, alt, width }))).toEqual(
      expect.arrayContaining([{ origin: 'upload', alt: 'An orange', width: 9 }]),
    );
    // A log is read to its end, also one that had none.
    for (const { jobId } of after.filter(({ jobId: each }) => each)) {
      const response = await fetch(`${elsewhere.url}/api/generations/${jobId}/events`, {
        headers: { authorization: `Bearer ${newcomer.session.access_token}` },
      });
      expect(await response.text()).toMatch(/event: (completed|cancelled)/);
    }
  });

  /** The rows of an export by table, with names in place of ids, in an order that ids have no part in. */
  function substance(zip: Uint8Array): Record<string, string[]> {
    const files = unzipSync(zip);
    const names = new Map<string, string>();
    const of = (table: string) => lines(files[`${table}.ndjson`]);
    for (const { id, title } of [...of('contents'), ...of('batches')]) names.set(String(id), `<${String(title)}>`);
    for (const { id, title, created_at: at } of of('generations')) {
      names.set(String(id), `<generation of ${String(title)} at ${String(at)}>`);
    }
    for (const { id, origin, alt } of of('media')) names.set(String(id), `<${String(origin)} ${String(alt)}>`);
    const named = (row: object) =>
      // Images are encoded anew wherever they arrive, and that chooses the format.
      JSON.stringify(row, (key, value: unknown) => (key === 'file' ? undefined : value)).replaceAll(
        /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
        (id) => names.get(id) ?? '<?>',
      );
    const tables = Object.keys(rowSchemas) as TableName[];
    return Object.fromEntries(
      tables.map((table) => [
        table,
        of(table)
          .map((row) => named(rowSchemas[table].parse(row)))
          .sort(),
      ]),
    );
  }

  it('exports, imports and exports the same again, with every version of every text', async () => {
    const people = [await elsewhere.signUp(), await elsewhere.signUp()] as const;
    expect((await upload(people[0], exported)).status).toBe(200);
    const second = await download(people[0], elsewhere);
    expect((await upload(people[1], second)).status).toBe(200);
    const [before, once, twice] = [exported, second, await download(people[1], elsewhere)].map(substance) as [
      Record<string, string[]>,
      Record<string, string[]>,
      Record<string, string[]>,
    ];
    expect(Object.values(before).every((rows) => rows.length > 0)).toBe(true);
    expect(twice).toEqual(once);
    // What had not ended has: that, and the end in its log, is all that differs.
    const ended = (rows: string[] = []) => rows.filter((row) => !row.includes('Waiting'));
    for (const [table, rows] of Object.entries(before)) {
      expect([table, ended(once[table])]).toEqual([table, ended(rows)]);
      expect([table, once[table]?.length]).toEqual([table, rows.length + (table === 'generation_events' ? 1 : 0)]);
    }
    const { contents } = (await people[0].call<ContentPage>('GET', '/api/content?limit=100')).body.data;
    const one = contents.find(({ title, jobId }) => title === 'One' && jobId);
    const { versions } = (await people[0].call<VersionPage>('GET', `/api/content/${one?.id}/versions`)).body.data;
    expect(versions.map(({ number, origin }) => [number, origin])).toEqual([
      [3, 'restored'],
      [2, 'edited'],
      [1, 'generated'],
    ]);
  });

  it('begins a history where an older export has none', async () => {
    const newcomer = await elsewhere.signUp();
    const old = changed((files) => {
      delete files['content_versions.ndjson'];
      const rows = lines(files['contents.ndjson']);
      files['contents.ndjson'] = toLines(
        rows.map(({ revision: _revision, last_version: _last, pending_version: _pending, ...row }) => row),
      );
    });
    expect((await upload(newcomer, old)).status).toBe(200);
    const numbers = await query(
      elsewhere,
      `SELECT DISTINCT v.number, c.version, c.last_version FROM contents c JOIN content_versions v ON v.content_id = c.id
       WHERE c.user_id = $1`,
      [newcomer.session.user.id],
    );
    expect(numbers).toEqual([{ number: 1, version: 1, last_version: 1 }]);
  });

  it('refuses what is no export, holds strange names, or lies about its size, and keeps nothing of it', async () => {
    const victim = await elsewhere.signUp();
    const contents = () => query(elsewhere, 'SELECT 1 FROM contents WHERE user_id = $1', [victim.session.user.id]);
    const bomb = new Uint8Array(8_000_000);
    const cases: Array<[string, Uint8Array]> = [
      ['nothing', new Uint8Array()],
      ['noise', strToU8('this is no ZIP at all')],
      ['cut off', exported.slice(0, exported.length / 2)],
      ['another ZIP', zipSync({ 'readme.txt': strToU8('hello') })],
      ['no manifest', changed((files) => delete files['manifest.json'])],
      ['a path upwards', changed((files) => (files['../../../../tmp/octavo-slip'] = strToU8('x')))],
      ['a path upwards behind a good name', changed((files) => (files['images/../../x.png'] = strToU8('x')))],
      ['an absolute path', changed((files) => (files['/etc/passwd'] = strToU8('x')))],
      ['a backslash', changed((files) => (files['images\\..\\x.png'] = strToU8('x')))],
      ['a bomb', changed((files) => (files['other/zeros.ndjson'] = bomb))],
      ['no JSON', changed((files) => (files['contents.ndjson'] = strToU8('{"a":\n')))],
      [
        'another version',
        changed((files) => (files['manifest.json'] = strToU8('{"format":"octavo-account","version":2}'))),
      ],
      [
        'a wrong field',
        changed((files) => {
          const rows = lines(files['contents.ndjson']);
          files['contents.ndjson'] = toLines(rows.map((row) => ({ ...row, status: 'admin' })));
        }),
      ],
      [
        'the same thing twice',
        changed((files) => {
          const rows = lines(files['contents.ndjson']);
          files['contents.ndjson'] = toLines([...rows, ...rows]);
        }),
      ],
      [
        'a text whose version is missing',
        changed((files) => {
          const rows = lines(files['content_versions.ndjson']);
          files['content_versions.ndjson'] = toLines(rows.filter(({ number }) => number !== 3));
        }),
      ],
      [
        'an event twice',
        changed((files) => {
          const rows = lines(files['generation_events.ndjson']);
          const [first = {}] = rows;
          files['generation_events.ndjson'] = toLines([...rows, first]);
        }),
      ],
    ];
    for (const [name, zip] of cases) {
      const answer = await upload(victim, zip);
      expect([name, answer.status >= 400 && answer.status < 500, answer.code]).toEqual([
        name,
        true,
        expect.stringMatching(/^(validation_failed|payload_too_large|malformed_json)$/),
      ]);
      expect([name, await contents()]).toEqual([name, []]);
    }
    const large = await upload(victim, new Uint8Array(2_000_000));
    expect([large.status, large.code]).toEqual([413, 'payload_too_large']);
    expect((await upload(victim, strToU8('{}'), { 'content-type': 'application/json' })).status).toBe(415);
    expect(readdirSync(join(elsewhere.env['OCTAVO_DATA'] ?? '', 'tmp'))).toEqual([]);
  });

  it('ties nothing to what belongs to others, whatever ids a ZIP names', async () => {
    const owner = await elsewhere.signUp();
    const { id: contentId, jobId } = await owner.generate({ title: 'Private', delayMs: 3_600_000 });
    const thief = await elsewhere.signUp();
    const zip = changed((files) => {
      const stolen = { user_id: owner.session.user.id };
      const rows = lines(files['contents.ndjson']);
      files['contents.ndjson'] = toLines(rows.map((row) => ({ ...row, ...stolen, generation_id: jobId })));
      const generations = lines(files['generations.ndjson']);
      files['generations.ndjson'] = toLines(
        generations.map((row, index) => ({ ...row, ...stolen, ...(index === 0 && { retry_of: jobId }) })),
      );
    });
    expect((await upload(thief, zip)).status).toBe(200);
    expect((await owner.call<ContentPage>('GET', '/api/content')).body.data.contents.map(({ id }) => id)).toEqual([
      contentId,
    ]);
    const tied = await query(
      elsewhere,
      'SELECT 1 FROM contents WHERE generation_id = $1 AND id <> $2 UNION ALL SELECT 1 FROM generations WHERE retry_of = $1',
      [jobId, contentId],
    );
    expect(tied).toEqual([]);
    const uses = changed((files) => {
      const rows = lines(files['media_uses.ndjson']);
      files['media_uses.ndjson'] = toLines(rows.map((row) => ({ ...row, generation_id: null, content_id: contentId })));
    });
    expect((await upload(thief, uses)).code).toBe('validation_failed');
  });
});
