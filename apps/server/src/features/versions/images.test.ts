import type { ContentView, GenerationAccepted, VersionPage, VersionText } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';

describe('versions of drawn content', () => {
  let server: TestServer;
  let user: TestUser;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    user = await server.signUp();
  });
  afterAll(() => server?.stop());

  const idsOf = ({ images }: { images: Array<{ id: string }> }) => images.map(({ id }) => id);

  async function draw(id: string, prompt: string) {
    const again = await user.call<GenerationAccepted>('POST', `/api/content/${id}/regenerate`, { prompt });
    return again.body.data.jobId;
  }

  it('hold their images: each can be looked at, restored, and be a content of its own', async () => {
    const { id, jobId } = await user.generate({ contentType: 'image', prompt: 'A lamp', input: { count: 2 } });
    const first = idsOf(await user.ended(jobId, 'completed'));
    expect(first).toHaveLength(2);
    const second = idsOf(await user.ended(await draw(id, 'A lamp, lit'), 'completed'));

    const { versions } = (await user.call<VersionPage>('GET', `/api/content/${id}/versions`)).body.data;
    expect(versions.map(idsOf)).toEqual([second, first]);
    expect(versions[0]!.images[0]).toMatchObject({ mediaType: expect.any(String), urls: expect.any(Object) });
    const one = (await user.call<VersionText>('GET', `/api/content/${id}/versions/1`)).body.data;
    expect(idsOf(one)).toEqual(first);
    expect(idsOf(await user.content(id))).toEqual(second);

    const restored = await user.call<ContentView>('POST', `/api/content/${id}/versions/1/restore`);
    expect(idsOf(restored.body.data)).toEqual(first);

    const branch = (await user.call<ContentView>('POST', `/api/content/${id}/versions/2/branch`)).body.data;
    expect(idsOf(branch)).toEqual(second);
    // It uses them as well: they do not go with the content they were drawn for.
    await user.call('DELETE', `/api/content/${id}`);
    expect((await user.call('DELETE', `/api/media/${second[0]}`)).body.code).toBe('image_in_use');
    expect((await user.call('DELETE', `/api/media/${first[0]}`)).status).toBe(200);
  });

  it('stay what the content shows when drawing again comes to nothing', async () => {
    const { id, jobId } = await user.generate({ contentType: 'image', prompt: 'A boat' });
    const drawn = idsOf(await user.ended(jobId, 'completed'));
    await user.ended(await draw(id, 'A boat [sandbox:401]'), 'failed');
    expect(await user.content(id)).toMatchObject({ version: 1, generationStatus: 'failed' });
    expect(idsOf(await user.content(id))).toEqual(drawn);
  });
});
