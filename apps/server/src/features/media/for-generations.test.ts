import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MediaView } from '@octavo/contracts';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '#platform/db';
import { readConfig } from '../../config.ts';
import { createMedia } from '../../roles/media.ts';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import type { MediaService } from './index.ts';

const plain = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: channels === 4 ? '#0f08' : '#0a0' } });

describe('images for generations, and from elsewhere', () => {
  let server: TestServer;
  let user: TestUser;
  let media: MediaService;
  let web: Server;
  let site: string;
  let closeDb: () => Promise<void>;

  beforeAll(async () => {
    const picture = await plain(40, 30).png().toBuffer();
    web = createServer((request, response) => {
      if (request.url === '/picture') response.setHeader('content-type', 'text/plain').end(picture);
      else if (request.url === '/page') response.setHeader('content-type', 'image/png').end('<!doctype html><p>hi');
      else if (request.url === '/large') response.end(Buffer.alloc(100_001));
      else if (request.url === '/inside') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    site = `127.0.0.1:${(web.address() as AddressInfo).port}`;
    const env = { ALLOW_PRIVATE_URLS: site, UPLOAD_MAX_BYTES: '100000' };
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, env });
    user = await server.signUp();
    const db = openDatabase({
      connectionString: server.database.url,
      poolSize: 4,
      applicationName: 'test',
      onIdleError: () => undefined,
    });
    closeDb = () => db.destroy();
    media = await createMedia(readConfig(server.env), db);
  });
  afterAll(async () => {
    await closeDb?.();
    await server?.stop();
    web?.close();
  });

  it('are fetched from an address', async () => {
    const made = await user.call<MediaView>('POST', '/api/media', { url: `http://${site}/picture`, alt: 'Green' });
    expect([made.status, made.body.data]).toEqual([
      201,
      expect.objectContaining({ width: 40, height: 30, alt: 'Green' }),
    ]);
  });

  it.each([
    ['/page', 415, 'image_type_unsupported'],
    ['/large', 413, 'image_too_large'],
    ['/missing', 422, 'url_failed'],
    ['/inside', 422, 'url_refused'],
  ])('%s is no image to keep', async (path, status, code) => {
    const answer = await user.call('POST', '/api/media', { url: `http://${site}${path}` });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it.each(['http://127.0.0.1/', 'http://[::1]/', 'file:///etc/passwd', 'nonsense', 'http://localhost/x'])(
    '%s is not fetched',
    async (url) => {
      const answer = await user.call('POST', '/api/media', { url });
      expect([answer.status, answer.body.code]).toEqual([422, 'url_refused']);
    },
  );

  it('what a provider made is kept, with where it came from written into it', async () => {
    const xmp =
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      '<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType=' +
      '"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>';
    const me = user.session.user.id;
    for (const [channels, mediaType] of [
      [3, 'image/jpeg'],
      [4, 'image/webp'],
    ] as const) {
      const bytes = await plain(64, 64, channels)
        .withExif({ IFD0: { Artist: 'the provider' } })
        .png()
        .toBuffer();
      const made = await media.storeGenerated(me, { bytes, alt: 'Green', xmp });
      expect(made).toMatchObject({ origin: 'generated', mediaType, alt: 'Green', width: 64 });
      const stored = await media.read(me, made.id);
      const metadata = await sharp(stored.bytes).metadata();
      expect([stored.mediaType, metadata.xmpAsString, metadata.exif]).toEqual([mediaType, xmp, undefined]);
      expect((await user.call<MediaView>('GET', `/api/media/${made.id}`)).body.data.origin).toBe('generated');
    }
    await expect(media.storeGenerated(me, { bytes: Buffer.from('oops'), alt: '' })).rejects.toMatchObject({
      code: 'image_type_unsupported',
    });
  });

  it('reach a provider as JPEG or PNG of at most 2048 pixels a side', async () => {
    const me = user.session.user.id;
    const give = async (image: Sharp): Promise<string> =>
      (await user.upload(await image.png().toBuffer())).body.data.id;

    const small = await give(plain(100, 50));
    expect(await media.load(me, small)).toEqual(await media.read(me, small));

    const large = await media.load(me, await give(plain(3000, 1000)));
    expect(large.mediaType).toBe('image/jpeg');
    expect(await sharp(large.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 2048, height: 683 });

    const clear = await media.load(me, await give(plain(30, 20, 4)));
    expect(clear.mediaType).toBe('image/png');
    expect(await sharp(clear.bytes).metadata()).toMatchObject({ format: 'png', width: 30, hasAlpha: true });

    const stranger = (await server.signUp()).session.user.id;
    await expect(media.load(stranger, small)).rejects.toMatchObject({ code: 'not_found' });
  });
});
