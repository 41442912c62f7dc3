import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import type { MediaBytes, MediaPage, MediaView } from '@octavo/contracts';
import pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { deferred, until } from '../../testing/until.ts';
import { createSignedUrls } from './signed-urls.ts';

const noise = (width: number, height: number, mean = 128) =>
  sharp({
    create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean, sigma: 30 } },
  });

describe('images', () => {
  let server: TestServer;
  let user: TestUser;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    user = await server.signUp();
  });
  afterAll(() => server?.stop());

  const fetchFile = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
  const bytesOf = async (path: string) => Buffer.from(await (await fetchFile(path)).arrayBuffer());

  it('are uploaded, looked at, described and deleted', async () => {
    const made = await user.upload(await noise(2000, 1000).png().toBuffer(), { alt: 'Grey noise' });
    expect([made.status, made.body.data]).toEqual([
      201,
      expect.objectContaining({
        origin: 'upload',
        mediaType: 'image/jpeg',
        width: 2000,
        height: 1000,
        alt: 'Grey noise',
      }),
    ]);
    const { id, urls, bytes } = made.body.data;

    const original = await fetchFile(urls.original);
    const data = Buffer.from(await original.arrayBuffer());
    expect(data.length).toBe(bytes);
    expect(Object.fromEntries(original.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': `inline; filename="${id}.original.jpg"`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=86400, immutable',
    });
    expect(await sharp(data).metadata()).toMatchObject({ format: 'jpeg', width: 2000, height: 1000 });
    expect(await sharp(await bytesOf(urls.large)).metadata()).toMatchObject({
      format: 'webp',
      width: 1024,
      height: 512,
    });
    expect(await sharp(await bytesOf(urls.small)).metadata()).toMatchObject({
      format: 'webp',
      width: 320,
      height: 160,
    });

    const again = await fetchFile(urls.original, { 'if-none-match': original.headers.get('etag') ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(server.url + urls.original, { method: 'HEAD' })).status).toBe(200);

    const path = `/api/media/${id}`;
    const changed = await user.call<MediaView>('PATCH', path, { alt: 'Ruido' });
    expect(changed.body.data.alt).toBe('Ruido');
    expect((await user.call<MediaView>('GET', path)).body.data).toEqual(changed.body.data);
    expect((await user.call('DELETE', path)).status).toBe(200);
    expect((await user.call('GET', path)).status).toBe(404);
    expect((await user.call('DELETE', path)).status).toBe(404);
    expect((await fetchFile(urls.original)).status).toBe(404);
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('are taken as %s, also under another name', async (kind) => {
    const bytes = await noise(60, 40).toFormat(kind).toBuffer();
    const made = await user.upload(bytes, { name: 'picture.txt', type: 'text/html' });
    expect([made.status, made.body.data]).toEqual([
      201,
      expect.objectContaining({ mediaType: 'image/jpeg', width: 60, height: 40 }),
    ]);
  });

  it('keep their transparency', async () => {
    const overlay = { create: { width: 40, height: 40, channels: 4 as const, background: '#f008' } };
    const made = await user.upload(await sharp(overlay).png().toBuffer());
    expect(made.body.data.mediaType).toBe('image/webp');
    const { channels } = await sharp(await bytesOf(made.body.data.urls.original)).stats();
    expect(channels[3]?.mean).toBeCloseTo(0x88, 0);
    expect((await sharp(await bytesOf(made.body.data.urls.small)).metadata()).hasAlpha).toBe(true);
  });

  it('keep the first frame of an animation', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 20, height: 20, channels: 3, background } })
        .png()
        .toBuffer();
    const animation = await sharp([await frame('#f00'), await frame('#00f')], { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(animation).metadata()).pages).toBe(2);
    const made = await user.upload(animation);
    expect(made.body.data).toMatchObject({ width: 20, height: 20 });
    const { dominant } = await sharp(await bytesOf(made.body.data.urls.original)).stats();
    expect(dominant.r).toBeGreaterThan(200);
    expect(dominant.b).toBeLessThan(60);
  });

  it('lose place, camera and comments, and stand upright', async () => {
    // Of one colour: in noise the letters of a trace would stand by chance.
    const photo = await sharp({ create: { width: 80, height: 40, channels: 3, background: '#888' } })
      .withMetadata({ orientation: 6 })
      .withExifMerge({
        IFD0: { Artist: 'Ada Lovelace', Copyright: 'secret words' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 0/1' },
      })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><!-- at home --></x:xmpmeta>')
      .jpeg()
      .toBuffer();
    expect(photo.includes('Ada Lovelace') && photo.includes('at home')).toBe(true);
    const made = await user.upload(photo, { name: 'me.jpg', type: 'image/jpeg' });
    expect(made.body.data).toMatchObject({ width: 40, height: 80 });
    for (const variant of ['original', 'large', 'small'] as const) {
      const bytes = await bytesOf(made.body.data.urls[variant]);
      const { exif, xmp, iptc, orientation } = await sharp(bytes).metadata();
      expect([exif, xmp, iptc, orientation ?? 1]).toEqual([undefined, undefined, undefined, 1]);
      for (const trace of ['Ada', 'secret', 'home', 'Exif', 'GPS']) expect(bytes.includes(trace)).toBe(false);
    }
  });

  it('come and go as base64 too', async () => {
    // Longer than what is read at once, which is no multiple of three: no padding may come in between.
    const image = await noise(900, 700).jpeg({ quality: 100 }).toBuffer();
    const made = await user.call<MediaView>('POST', '/api/media', { base64: image.toString('base64'), alt: 'b' });
    expect([made.status, made.body.data]).toEqual([201, expect.objectContaining({ width: 900, alt: 'b' })]);
    const { id, urls, bytes } = made.body.data;
    expect(bytes).toBeGreaterThan(200_000);
    for (const variant of ['original', 'small'] as const) {
      const query = variant === 'original' ? '' : `?variant=${variant}`;
      const { body, headers } = await user.call<MediaBytes>('GET', `/api/media/${id}/base64${query}`);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(body).toEqual({
        success: true,
        message: 'Image retrieved successfully',
        statusCode: 200,
        data: {
          id,
          variant,
          mediaType: variant === 'original' ? 'image/jpeg' : 'image/webp',
          base64: (await bytesOf(urls[variant])).toString('base64'),
        },
      });
    }
    const wrong = await user.call('GET', `/api/media/${id}/base64?variant=huge`);
    expect([wrong.status, wrong.body.errors[0]?.path]).toEqual([400, 'query.variant']);
  });

  it('do not exist for anybody else', async () => {
    const stranger = await server.signUp();
    const { id } = (await user.upload(await noise(20, 20).png().toBuffer())).body.data;
    for (const [method, path, body] of [
      ['GET', `/api/media/${id}`],
      ['GET', `/api/media/${id}/base64`],
      ['PATCH', `/api/media/${id}`, { alt: 'mine' }],
      ['DELETE', `/api/media/${id}`],
      ['GET', `/media/${id}/original`],
    ] as Array<[string, string, unknown?]>) {
      const answer = await stranger.call(method, path, body);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'not_found']);
    }
    expect((await stranger.call<MediaPage>('GET', '/api/media')).body.data.media).toEqual([]);
    const own = await fetchFile(`/media/${id}/small`, { authorization: `Bearer ${user.session.access_token}` });
    expect([own.status, own.headers.get('content-type')]).toEqual([200, 'image/webp']);
  });

  it('are shown only with a signature that is right, of this image, and not too old', async () => {
    const [one, other] = [
      (await user.upload(await noise(20, 20).png().toBuffer())).body.data,
      (await user.upload(await noise(21, 20).png().toBuffer())).body.data,
    ];
    const { searchParams: right } = new URL(one.urls.original, server.url);
    const path = `/media/${one.id}/original`;
    const expires = Number(right.get('expires'));
    const signature = right.get('signature') ?? '';
    expect(Math.abs(expires * 1000 - Date.parse(one.urlsExpireAt))).toBe(0);
    expect(expires - Date.now() / 1000).toBeGreaterThan(890);
    expect(expires - Date.now() / 1000).toBeLessThanOrEqual(1800);
    expect((await fetchFile(`${path}?expires=${expires}&signature=${signature}`)).status).toBe(200);

    const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    for (const bad of [
      path,
      `${path}?expires=${expires}`,
      `${path}?signature=${signature}`,
      `${path}?expires=${expires}&signature=`,
      `${path}?expires=${expires}&signature=${flipped}`,
      `${path}?expires=${expires}&signature=${signature}AA`,
      `${path}?expires=${expires + 900}&signature=${signature}`,
      `${path}?expires=${expires}&expires=1&signature=${signature}`,
      `/media/${one.id}/small?expires=${expires}&signature=${signature}`,
      `/media/${one.id}/huge?expires=${expires}&signature=${signature}`,
      `/media/${other.id}/original?expires=${expires}&signature=${signature}`,
      `/media/..%2f..%2fsecrets.json/original?expires=${expires}&signature=${signature}`,
    ]) {
      const answer = await fetchFile(bad);
      expect([bad, answer.status]).toEqual([bad, 404]);
    }
    const badToken = await fetchFile(path, { authorization: 'Bearer x' });
    expect(badToken.status).toBe(404);

    // An address that was right half an hour ago, by the same key.
    const key = Buffer.alloc(32, 7);
    const then = createSignedUrls(key, () => 1_800_000_000_000);
    const old = new URL(then.for(one.id).urls.original, server.url).searchParams;
    const [at, by] = [Number(old.get('expires')), old.get('signature') ?? ''];
    const isValidAfter = (ms: number) =>
      createSignedUrls(key, () => 1_800_000_000_000 + ms).isValid(one.id, 'original', at, by);
    expect([isValidAfter(0), isValidAfter(899_999), isValidAfter(1_800_000)]).toEqual([true, true, false]);
  });

  it('are listed newest first, page by page, through an index', async () => {
    const owner = await server.signUp();
    const picture = await noise(16, 16).png().toBuffer();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await owner.upload(picture)).body.data.id);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: MediaPage = (await owner.call<MediaPage>('GET', `/api/media?limit=2${cursor && `&cursor=${cursor}`}`))
        .body.data;
      seen.push(...page.media.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids);
    expect((await owner.call<MediaPage>('GET', '/api/media?origin=generated')).body.data.media).toEqual([]);
    for (const query of ['limit=0', 'limit=101', 'origin=x', 'cursor=1', 'page=1']) {
      expect([query, (await owner.call('GET', `/api/media?${query}`)).status]).toEqual([query, 400]);
    }

    const client = new pg.Client(server.database.url);
    await client.connect();
    await client.query(
      `INSERT INTO media (id, user_id, file_id, origin)
       SELECT gen_random_uuid(), user_id, file_id, origin FROM media, generate_series(1, 500)`,
    );
    await client.query('ANALYZE media');
    const { rows } = await client.query(
      `EXPLAIN SELECT * FROM media m JOIN media_files f ON f.id = m.file_id
       WHERE m.user_id = $1 ORDER BY m.id DESC LIMIT 25`,
      [owner.session.user.id],
    );
    await client.end();
    const plan = rows.map((row) => row['QUERY PLAN'] as string).join('\n');
    expect(plan).toContain('media_list');
    expect(plan).not.toContain('Sort');
  });

  it('are refused at the gate while one user sends too many at once', async () => {
    const owner = await server.signUp();
    const picture = await noise(16, 16).png().toBuffer();
    const refused = deferred<IncomingMessage>();
    const unfinished = Array.from({ length: 7 }, () => {
      const sending = request(`${server.url}/api/media`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${owner.session.access_token}`,
          'content-type': 'multipart/form-data; boundary=x',
        },
      });
      sending.on('response', refused.resolve);
      sending.on('error', () => undefined);
      sending.write('--x\r\n');
      return sending;
    });
    const { statusCode, headers } = await refused.promise;
    expect([statusCode, headers['retry-after']]).toEqual([429, '2']);
    expect((await owner.upload(picture)).body.code).toBe('too_many_requests');
    expect((await user.upload(picture)).status).toBe(201);
    for (const sending of unfinished) sending.destroy();
    await until(async () => (await owner.upload(picture)).status === 201);
  });

  it('are described in the OpenAPI document, and pictures come from this server only', async () => {
    const document = await fetchFile('/api/openapi.json');
    const { paths } = (await document.json()) as { paths: Record<string, object> };
    expect(Object.keys(paths).filter((path) => path.includes('media'))).toEqual([
      '/api/media',
      '/api/media/{id}',
      '/api/media/{id}/base64',
      '/media/{id}/{variant}',
    ]);
    expect(document.headers.get('content-security-policy')).toContain("img-src 'self';");
  });

  it('are stored once, whoever sends them', async () => {
    const picture = await noise(50, 50).png().toBuffer();
    const owners = await Promise.all([server.signUp(), server.signUp()]);
    const made = await Promise.all([...owners, ...owners].map((owner) => owner.upload(picture)));
    expect(new Set(made.map(({ body }) => body.data.id)).size).toBe(4);
    const sha256 = createHash('sha256')
      .update(await bytesOf(made[0]?.body.data.urls.original ?? ''))
      .digest();
    const client = new pg.Client(server.database.url);
    await client.connect();
    const { rows } = await client.query(
      `SELECT count(DISTINCT f.id)::int AS files, count(*)::int AS media
       FROM media_files f JOIN media m ON m.file_id = f.id WHERE f.sha256 = $1`,
      [sha256],
    );
    await client.end();
    expect(rows).toEqual([{ files: 1, media: 4 }]);
  });
});
