import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { MediaPage, MediaView, Problem } from '@octavo/contracts';
import pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../../testing/server.ts';

const picture = sharp({
  create: {
    width: 120,
    height: 80,
    channels: 3,
    background: '#f80',
    noise: { type: 'gaussian', mean: 128, sigma: 40 },
  },
});
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A PNG whose header promises this size; the pixels behind it are not there, and nobody should look for them. */
function pngOfSize(width: number, height: number): Buffer {
  const header = Buffer.alloc(17);
  header.write('IHDR', 0, 'latin1');
  header.writeUInt32BE(width, 4);
  header.writeUInt32BE(height, 8);
  header.set([8, 2, 0, 0, 0], 12);
  const chunk = (body: Buffer): Buffer => {
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(body.length - 4, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  return Buffer.concat([
    ascii('\x89PNG\r\n\x1a\n'),
    chunk(header),
    chunk(Buffer.concat([ascii('IDAT'), Buffer.alloc(64)])),
    chunk(ascii('IEND')),
  ]);
}

/** An empty archive is nothing but this end record. */
const zip = Buffer.concat([ascii('PK\x05\x06'), Buffer.alloc(18)]);

describe('images that are refused', () => {
  let server: TestServer;
  let user: TestUser;
  const good: Record<string, Buffer> = {};

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, env: { UPLOAD_MAX_BYTES: '200000' } });
    user = await server.signUp();
    for (const kind of ['jpeg', 'png', 'webp', 'avif', 'gif'] as const) {
      good[kind] = await picture.clone().toFormat(kind).toBuffer();
    }
  });

  afterAll(async () => {
    const client = new pg.Client(server.database.url);
    await client.connect();
    const { rows } = await client.query('SELECT id FROM media UNION ALL SELECT id FROM media_files');
    await client.end();
    expect(rows, 'what was refused has left a row').toEqual([]);
    const folder = join(server.env['OCTAVO_DATA'] ?? '', 'media');
    const files = await readdir(folder, { recursive: true }).catch(() => []);
    expect(files, 'what was refused has left a file').toEqual([]);
    await server.stop();
  });

  const jpeg = () => good['jpeg'] ?? Buffer.alloc(0);
  const cases: Array<[string, () => Buffer | Promise<Buffer>, number, Problem['code'], RegExp]> = [
    ['0 bytes', () => Buffer.alloc(0), 400, 'image_empty', /no bytes/],
    ['too many bytes', () => Buffer.alloc(200_001), 413, 'image_too_large', /larger than 0\.1 MiB/],
    ['an SVG with a script', () => ascii(svg), 415, 'image_type_unsupported', /SVG/],
    [
      'an SVG behind an XML header',
      () => ascii(`<?xml version="1.0"?>\n<!-- x -->${svg}`),
      415,
      'image_type_unsupported',
      /SVG/,
    ],
    ['HTML called .png', () => ascii('<!DOCTYPE html><script>1</script>'), 415, 'image_type_unsupported', /web page/],
    ['a PDF', () => ascii('%PDF-1.7\n'), 415, 'image_type_unsupported', /PDF/],
    ['a ZIP archive', () => Buffer.concat([ascii('PK\x03\x04'), zip]), 415, 'image_type_unsupported', /ZIP/],
    ['a TIFF', () => picture.clone().tiff().toBuffer(), 415, 'image_type_unsupported', /TIFF/],
    ['a HEIC', () => ascii('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), 415, 'image_type_unsupported', /HEIC/],
    ['plain text', () => ascii('hello'), 415, 'image_type_unsupported', /not an image that can be read\. .*JPEG/],
    [
      'a JPEG that is a ZIP as well',
      () => Buffer.concat([jpeg(), zip]),
      415,
      'image_type_unsupported',
      /ZIP archive at once/,
    ],
    [
      'a JPEG that is a page as well',
      () => Buffer.concat([jpeg(), ascii('<HTML><body onload=alert(1)>')]),
      415,
      'image_type_unsupported',
      /web page or a script at once/,
    ],
    [
      'a GIF that is a PDF as well',
      () =>
        Buffer.concat([good['gif']?.subarray(0, 13) ?? jpeg(), ascii('%PDF-1.4'), good['gif']?.subarray(13) ?? jpeg()]),
      415,
      'image_type_unsupported',
      /PDF document at once/,
    ],
    ['30,000 × 30,000 pixels', () => pngOfSize(30_000, 30_000), 422, 'image_too_many_pixels', /30000 × 30000/],
    ['a side beyond JPEG', () => pngOfSize(70_000, 1), 422, 'image_too_many_pixels', /70000 × 1/],
    ['a header without pixels', () => pngOfSize(100, 100), 422, 'image_damaged', /damaged/],
    ['JPEG magic and nothing more', () => ascii('\xff\xd8\xff\xe0'), 422, 'image_damaged', /damaged/],
    ...['jpeg', 'png', 'webp', 'avif', 'gif'].map((kind): (typeof cases)[number] => [
      `a ${kind} cut in the middle`,
      () => good[kind]?.subarray(0, Math.floor((good[kind]?.length ?? 0) * 0.6)) ?? Buffer.alloc(0),
      422,
      'image_damaged',
      /damaged or incomplete/,
    ]),
  ];

  it.each(cases)('%s', async (_name, bytes, status, code, words) => {
    const answer = await user.upload(await bytes(), { name: 'holiday.png', type: 'image/png' });
    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ code, success: false })]);
    expect(answer.body.detail).toMatch(words);
  });

  it.each(cases.slice(1))('%s as base64', async (_name, bytes, status, code, words) => {
    const answer = await user.call('POST', '/api/media', { base64: (await bytes()).toString('base64') });
    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ code, success: false })]);
    expect(answer.body.detail).toMatch(words);
  });

  it('0 bytes as base64', async () => {
    const empty = await user.call('POST', '/api/media', { base64: '====' });
    expect([empty.status, empty.body.code]).toEqual([400, 'validation_failed']);
  });

  it('50 MB, in either form', async () => {
    const large = Buffer.alloc(50_000_000, 1);
    jpeg().copy(large);
    const file = await user.upload(large);
    expect([file.status, file.body.code]).toEqual([413, 'image_too_large']);
    const text = await user.call('POST', '/api/media', { base64: large.toString('base64') });
    expect([text.status, text.body.code]).toEqual([413, 'payload_too_large']);
  });

  it.each<[string, unknown, string]>([
    ['nothing', {}, 'body.url'],
    ['both', { url: 'https://example.org/a.png', base64: 'AAAA' }, 'body.url'],
    ['a field nobody asked for', { base64: 'AAAA', userId: 'x' }, 'body.userId'],
    ['base64 with a data: prefix', { base64: 'data:image/png;base64,AAAA' }, 'body.base64'],
    ['base64 that is none', { base64: 'AA!A' }, 'body.base64'],
    ['an alternative text that is too long', { base64: 'AAAA', alt: 'x'.repeat(2001) }, 'body.alt'],
  ])('a body with %s', async (_name, body, path) => {
    const answer = await user.call('POST', '/api/media', body);
    expect([answer.status, answer.body.errors[0]?.path]).toEqual([400, path]);
  });

  it('a body that is too large, too short, or of another type', async () => {
    const large = await user.call('POST', '/api/media', { base64: 'A'.repeat(400_000) });
    expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
    const post = (type: string, body: string) => user.call('POST', '/api/media', body, { 'content-type': type });
    const cut = await post(
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nab',
    );
    expect([cut.status, cut.body.code]).toEqual([400, 'validation_failed']);
    const noBoundary = await post('multipart/form-data', 'x');
    expect([noBoundary.status, noBoundary.body.code]).toEqual([400, 'validation_failed']);
    const fieldsOnly = await post(
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="alt"\r\n\r\nab\r\n--x--\r\n',
    );
    expect([fieldsOnly.status, fieldsOnly.body.errors[0]?.path]).toEqual([400, 'body.file']);
    const raw = await post('image/png', 'x');
    expect([raw.status, raw.body.code]).toEqual([415, 'unsupported_media_type']);
    const nothing = await user.call('POST', '/api/media');
    expect([nothing.status, nothing.body.code]).toEqual([400, 'validation_failed']);
  });

  it('several files, or one without a token', async () => {
    const form = new FormData();
    form.append('a', new Blob([new Uint8Array(jpeg())]), 'a.jpg');
    form.append('b', new Blob([new Uint8Array(jpeg())]), 'b.jpg');
    const headers = { authorization: `Bearer ${user.session.access_token}` };
    const several = await fetch(`${server.url}/api/media`, { method: 'POST', body: form, headers });
    expect([several.status, await several.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'validation_failed' }),
    ]);
    const nobody = await fetch(`${server.url}/api/media`, { method: 'POST', body: form });
    expect(nobody.status).toBe(401);
  });

  it('multipart anywhere else', async () => {
    const answer = await user.call('POST', '/api/content', '--x--\r\n', {
      'content-type': 'multipart/form-data; boundary=x',
    });
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('leaves nothing in the list', async () => {
    const page = await user.call<MediaPage>('GET', '/api/media');
    expect(page.body.data).toEqual({ media: [] as MediaView[], nextCursor: null, uploadMaxBytes: 200_000 });
  });
});
