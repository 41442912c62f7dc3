import type { ContentPage, ContentView, GenerationAccepted, VersionPage, VersionText } from '@octavo/contracts';
import { strFromU8, unzipSync } from 'fflate';
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

  it('go with a branch to another account when what it was branched from is erased, and nothing else of that does', async () => {
    const owner = await server.signUp();
    const headers = { authorization: `Bearer ${owner.session.access_token}` };
    const draw2 = { contentType: 'image', title: 'A barge', prompt: 'A barge', input: { count: 2 } };
    const drawn = await owner.generate(draw2);
    await owner.ended(drawn.jobId, 'completed');
    const branch = await owner.call<ContentView>('POST', `/api/content/${drawn.id}/versions/1/branch`);
    await owner.call('PUT', `/api/content/${branch.body.data.id}`, { title: 'A branch' });
    const other = await owner.generate({ contentType: 'image', title: 'Nobody’s', prompt: 'Nobody’s' });
    await owner.ended(other.jobId, 'completed');
    for (const { id } of [drawn, other]) {
      await owner.call('DELETE', `/api/content/${id}`);
      expect((await owner.call('POST', `/api/content/${id}/erase`)).status).toBe(200);
    }

    const zip = await (await fetch(`${server.url}/api/account/export`, { headers })).arrayBuffer();
    const files = unzipSync(new Uint8Array(zip));
    const rows = (table: string) =>
      strFromU8(files[`${table}.ndjson`]!)
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const contentsOf = rows('contents').map(({ title, prompt, body }) => ({ title, prompt, body }));
    expect(contentsOf).toHaveLength(2);
    expect(contentsOf).toContainEqual({ title: '', prompt: '', body: '' });
    for (const table of ['generations', 'generation_attempts']) expect([table, rows(table).length]).toEqual([table, 1]);
    expect(rows('generation_events').map(({ type }) => type)).toEqual(['image', 'image', 'completed']);
    expect(rows('media')).toHaveLength(2);
    expect(
      Object.values(files)
        .map((file) => strFromU8(file, true))
        .join(),
    ).not.toContain(other.id);

    const elsewhere = await server.signUp();
    const imported = await fetch(`${server.url}/api/account/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${elsewhere.session.access_token}`, 'content-type': 'application/zip' },
      body: zip,
    });
    expect(imported.status).toBe(200);
    const { contents } = (await elsewhere.call<ContentPage>('GET', '/api/content')).body.data;
    expect(contents).toMatchObject([{ title: 'A branch', images: [{}, {}] }]);
    const deleted = (await elsewhere.call<ContentPage>('GET', '/api/content?deleted=only')).body.data;
    expect(deleted.contents).toEqual([]);
    const again = await elsewhere.call<GenerationAccepted>('POST', `/api/content/${contents[0]!.id}/regenerate`);
    expect((await elsewhere.ended(again.body.data.jobId, 'completed')).images).toHaveLength(2);
  });
});
