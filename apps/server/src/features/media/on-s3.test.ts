import type { MediaPage } from '@octavo/contracts';
import sharp from 'sharp';
import { expect, inject, it } from 'vitest';
import { startFakeS3 } from '../../platform/storage/testing/fake-s3.ts';
import { startTestServer } from '../../testing/server.ts';

it('images live in a bucket when one is set, and a bucket that is away is said to be', async () => {
  const s3 = await startFakeS3('octavo');
  const server = await startTestServer({
    serverUrl: inject('serverUrl'),
    workers: 0,
    env: {
      S3_BUCKET: 'images',
      S3_ENDPOINT: s3.url,
      S3_FORCE_PATH_STYLE: 'on',
      S3_ACCESS_KEY_ID: 'octavo',
      S3_SECRET_ACCESS_KEY: 'secret',
    },
  });
  const user = await server.signUp();
  const picture = sharp({ create: { width: 30, height: 20, channels: 3, background: '#08f' } });
  const made = (await user.upload(await picture.png().toBuffer())).body.data;
  expect(
    [...s3.objects.keys()].map((key) => key.replace(/^images\/[\da-f]{2}\/[\da-f]{64}\.[\da-f-]{36}\./, '')),
  ).toEqual(['original', 'large', 'small']);
  const shown = await fetch(server.url + made.urls.original);
  const [stored] = s3.objects.values();
  expect(stored?.contentType).toBe('image/jpeg');
  expect(Buffer.from(await shown.arrayBuffer()).equals(stored?.bytes ?? Buffer.alloc(0))).toBe(true);

  await s3.close();
  const refused = await user.upload(await picture.resize(10).png().toBuffer());
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
  expect((await fetch(server.url + made.urls.small)).status).toBe(503);
  expect((await user.call<MediaPage>('GET', '/api/media')).body.data.media).toHaveLength(1);
  await server.stop();
});
