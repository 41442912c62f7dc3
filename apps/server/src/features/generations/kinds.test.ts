import { createHash } from 'node:crypto';
import type { ContentPage, ContentView, GenerationEvent, MediaView } from '@octavo/contracts';
import sharp from 'sharp';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

describe('every kind of generation', () => {
  let server: TestServer;
  let user: TestUser;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    user = await server.signUp();
  });
  afterAll(() => server?.stop());

  async function upload(by = user): Promise<MediaView> {
    const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#336699' } });
    const base64 = (await picture.png().toBuffer()).toString('base64');
    return (await by.call<MediaView>('POST', '/api/media', { base64, alt: 'A blue rectangle' })).body.data;
  }

  it('draws as many images as were asked for, tells of each, and keeps them with the content', async () => {
    const socket = io(server.url, { auth: { token: user.session.access_token }, transports: ['websocket'] });
    const events: GenerationEvent[] = [];
    socket.on('generation:event', (event: GenerationEvent) => events.push(event));
    await until(() => socket.connected);
    const { id, jobId } = await user.generate({
      contentType: 'image',
      prompt: 'A lighthouse at dawn',
      input: { aspectRatio: '16:9', count: 3 },
    });
    const view = await user.ended(jobId, 'completed');
    expect(view.images).toHaveLength(3);
    for (const image of view.images) {
      expect(image.width / image.height).toBeCloseTo(16 / 9, 1);
      expect(image.alt).toContain('lighthouse');
      const answer = await fetch(server.url + image.urls.small);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
    }
    const file = await fetch(server.url + view.images[0]!.urls.original);
    const { xmpAsString: xmp } = await sharp(await file.arrayBuffer()).metadata();
    expect(xmp).toContain('digitalsourcetype/algorithmicMedia<');
    expect(xmp).toContain('<octavo:model>octavo-sample<');
    expect(xmp).toContain(createHash('sha256').update('A lighthouse at dawn').digest('hex'));
    await until(() => events.some(({ type }) => type === 'completed'));
    socket.close();
    const told = events.filter((event) => event.generationId === jobId);
    expect(told.flatMap((event) => (event.type === 'image' ? event.mediaId : []))).toEqual(
      view.images.map((image) => image.id),
    );
    expect(told.at(-1)?.type).toBe('completed');
    const content = await user.content(id);
    expect(content.images.map((image) => image.id)).toEqual(view.images.map((image) => image.id));
    const list = (await user.call<ContentPage>('GET', '/api/content?contentType=image')).body.data;
    expect(list.contents[0]?.images).toHaveLength(3);
    // In use: it goes with its content, not before.
    expect((await user.call('DELETE', `/api/media/${view.images[0]!.id}`)).body.code).toBe('image_in_use');
  });

  it('describes an image of the user', async () => {
    const image = await upload();
    const { jobId } = await user.generate({
      contentType: 'description',
      prompt: '',
      input: { mediaId: image.id, length: 'short', language: 'eng_Latn' },
    });
    const view = await user.ended(jobId, 'completed');
    expect(view).toMatchObject({ story: null });
    expect(view.text).toContain('64');
    expect(view.text).toContain('48');
    expect((await user.call('DELETE', `/api/media/${image.id}`)).body.code).toBe('image_in_use');
  });

  it('translates a content as it was when it was asked for', async () => {
    const source = await user.call<ContentView>('POST', '/api/content', {
      title: 'Tea',
      contentType: 'blog',
      generatedText: '# Tea\n\nTea comes from {{country}}.\n\n- green\n- black\n',
    });
    const { id } = source.body.data;
    const { jobId } = await user.generate({
      contentType: 'translation',
      prompt: '',
      input: { contentId: id, target: 'spa_Latn' },
    });
    await user.call('PUT', `/api/content/${id}`, { generatedText: 'Changed meanwhile' });
    const view = await user.ended(jobId, 'completed');
    expect(view.text).toContain('{{country}}');
    expect(view.text.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(2);
    expect(view.input).toMatchObject({ contentId: id, target: 'spa_Latn' });
  });

  it('writes a story in the shape that was asked for', async () => {
    const { jobId } = await user.generate({
      contentType: 'story',
      prompt: 'A kite that is afraid of heights',
      provider: 'sandbox',
      input: { paragraphs: 4, audience: '7-9', genre: 'fairy tale', values: ['courage'], language: 'eng_Latn' },
    });
    const view = await user.ended(jobId, 'completed');
    const { title, paragraphs } = view.story!;
    expect(paragraphs).toHaveLength(4);
    expect(view.text).toContain(`# ${title}\n\n${paragraphs.join('\n\n')}`);
    expect(view.input).toMatchObject({ audience: '7-9' });
  });

  it('retries with the same input', async () => {
    const image = await upload();
    const input = { mediaId: image.id };
    const { jobId } = await user.generate({ contentType: 'description', prompt: 'Look [sandbox:401 times=1]', input });
    await user.ended(jobId, 'failed');
    const retried = await user.call<{ jobId: string }>('POST', `/api/generations/${jobId}/retry`);
    expect(await user.ended(retried.body.data.jobId, 'completed')).toMatchObject({ input });
  });

  it.each([
    ['an image of nobody', 'description', { mediaId: '0198c0de-0000-7000-8000-000000000000' }, 'body.input.mediaId'],
    [
      'a content of nobody',
      'translation',
      { contentId: '0198c0de-0000-7000-8000-000000000000', target: 'spa_Latn' },
      'body.input.contentId',
    ],
    ['a language there is not', 'translation', { text: 'Hello', target: 'xyz_Zzzz' }, 'body.input.target'],
    [
      'both a text and a content',
      'translation',
      { text: 'a', contentId: '0198c0de-0000-7000-8000-000000000000', target: 'spa_Latn' },
      'body.input.text',
    ],
    ['five images', 'image', { count: 5 }, 'body.input.count'],
    ['no paragraphs', 'story', { paragraphs: 0 }, 'body.input.paragraphs'],
    ['an audience there is not', 'story', { audience: '3-4' }, 'body.input.audience'],
  ])('refuses %s and stores nothing', async (_what, contentType, input, path) => {
    const body = { title: 'Bad', contentType, prompt: 'x', input };
    const answer = await user.call('POST', '/api/content/generate', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error) => error.path)).toContain(path);
    const titles = (await user.call<ContentPage>('GET', '/api/content?limit=100')).body.data.contents.map(
      ({ title }) => title,
    );
    expect(titles).not.toContain('Bad');
  });

  it("does not read another user's image or content", async () => {
    const stranger = await server.signUp();
    const image = await upload(stranger);
    const content = (
      await stranger.call<ContentView>('POST', '/api/content', {
        title: 'Mine',
        contentType: 'blog',
        generatedText: 'x',
      })
    ).body.data;
    for (const request of [
      { contentType: 'description', prompt: '', input: { mediaId: image.id } },
      { contentType: 'image', prompt: 'x', input: { references: [image.id] } },
      { contentType: 'translation', prompt: '', input: { contentId: content.id, target: 'spa_Latn' } },
    ]) {
      const answer = await user.call('POST', '/api/content/generate', { title: 'Theirs', ...request });
      expect([request.contentType, answer.status]).toEqual([request.contentType, 400]);
    }
  });
});
