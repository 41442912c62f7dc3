import type { GenerationEvent } from '@octavo/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hostedBy, startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({
    serverUrl: inject('serverUrl'),
    hosted: hostedBy,
    env: {
      PROVIDER_ORDER: 'xai,google',
      PROVIDER_ORDER_PRODUCT: 'openrouter,google',
      PROVIDER_ORDER_STORY: 'google,xai',
      PROVIDER_ORDER_IMAGE: 'google,xai',
      PROVIDER_ORDER_DESCRIPTION: 'google,xai',
      PROVIDER_ORDER_TRANSLATION: 'google,xai',
      PROVIDER_BREAKER_FAILURES: '1000',
      PROVIDER_FIRST_CHUNK_TIMEOUT_MS: '4000',
      PROVIDER_CHUNK_TIMEOUT_MS: '4000',
    },
  });
  user = await server.signUp();
});
afterAll(() => server?.stop());

describe('the other kinds start over from nothing with the next provider', () => {
  it('a story and a description', async () => {
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#369' } });
    const mediaId = (await user.upload(await picture.png().toBuffer())).body.data.id;
    for (const request of [
      { contentType: 'story', input: { paragraphs: 3 } },
      { contentType: 'description', input: { mediaId } },
    ]) {
      const prompt = `${request.contentType} [sandbox:cut after=9 only=google]`;
      const view = await user.ended((await user.generate({ ...request, prompt })).jobId, 'completed');
      expect(view.attempts).toMatchObject([{ provider: 'google', hasText: true }, { provider: 'xai' }]);
    }
  });

  it('a translation that breaks off in a later paragraph', async () => {
    const text = `${'Tea is brewed with {{water}}. '.repeat(200)}\n\nThe end. [sandbox:cut after=3 only=google]`;
    const request = { contentType: 'translation', prompt: '', input: { text, target: 'spa_Latn' } };
    const view = await user.ended((await user.generate(request)).jobId, 'completed');
    expect(view.attempts).toMatchObject([{ provider: 'google', hasText: true }, { provider: 'xai' }]);
    expect(view.text.match(/\{\{water\}\}/g)).toHaveLength(200);
  });

  it.each(['500', 'refuse'])('images, of which the second is not drawn (%s)', async (fault) => {
    const prompt = `A lighthouse ${fault} [sandbox:${fault} from=2 only=google]`;
    const { id, jobId } = await user.generate({ contentType: 'image', prompt, input: { count: 3 } });
    const view = await user.ended(jobId, 'completed');
    expect(view.attempts.map(({ provider }) => provider)).toEqual(['google', 'xai']);
    expect(view.images).toHaveLength(3);
    const content = await user.content(id);
    expect(content.images).toEqual(view.images);
  });
});

describe('a provider that fails hands over to the next one', () => {
  it.each([
    { fault: '404', code: 'provider_model_not_found' },
    { fault: '408', code: 'provider_timeout' },
    { fault: '429', code: 'provider_rate_limited' },
    { fault: '429-daily', code: 'provider_quota' },
    { fault: '500', code: 'provider_unavailable' },
    { fault: '502-html', code: 'provider_unavailable' },
    { fault: '503', code: 'provider_unavailable' },
    { fault: 'timeout', code: 'provider_timeout' },
    { fault: 'stall', code: 'provider_timeout' },
    { fault: 'cut after=30', code: 'provider_stream_cut' },
    { fault: 'error-mid after=30', code: 'provider_stream_cut' },
    { fault: 'end-early after=30', code: 'provider_stream_cut' },
    { fault: 'refuse', code: 'quality_refused' },
    { fault: 'refuse after=60', code: 'quality_refused' },
    // These close the circuits of their providers: last.
    { fault: '402', code: 'provider_credits' },
    { fault: '401', code: 'provider_auth', contentType: 'product' },
  ])('on $fault', async ({ fault, code, contentType = 'blog' }) => {
    const first = contentType === 'product' ? 'openrouter' : 'xai';
    const { jobId } = await user.generate({ prompt: `Tea ${fault} [sandbox:${fault} only=${first}]`, contentType });
    const view = await user.ended(jobId, 'completed');
    expect(view.attempts).toMatchObject([
      { attempt: 1, provider: first, outcome: 'failed', errorCode: code },
      { attempt: 2, provider: 'google', outcome: 'completed' },
    ]);
    const calls = server.sandbox.requests.filter(({ body }) => JSON.stringify(body).includes(`Tea ${fault} `));
    expect(calls.map(({ provider }) => provider)).toEqual([first, 'google']);
  });
});

it('shows the reader a second take that replaces the first, and one end', async () => {
  const prompt = 'A river [sandbox:cut after=40 times=1 only=google rate=400]';
  // The circuit of xAI is open from the test above: its own order.
  const { jobId } = await user.generate({ prompt, contentType: 'story' });
  const response = await fetch(`${server.url}/api/generations/${jobId}/events`, {
    headers: { authorization: `Bearer ${user.session.access_token}` },
  });
  const events = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(
    ([, json]) => JSON.parse(json!) as GenerationEvent,
  );
  const wordsOf = (attempt: number) =>
    events.map((event) => (event.type === 'delta' && event.attempt === attempt ? event.text : '')).join('');
  expect(events.map(({ type, attempt }) => `${attempt} ${type}`).filter((event) => !event.endsWith('delta'))).toEqual([
    '0 queued',
    '1 started',
    '1 retrying',
    '2 started',
    '2 completed',
  ]);
  expect(wordsOf(1).length).toBeGreaterThan(50);
  expect(wordsOf(2)).toBe((await user.generation(jobId)).text);
  // From nothing: the first words of the second take stand at offset 0.
  expect(events.find(({ type, attempt }) => type === 'delta' && attempt === 2)).toMatchObject({ offset: 0 });
});

it('a call that is refused after another was answered is not taken for free', async () => {
  const { jobId } = await user.generate({
    contentType: 'image',
    prompt: 'A lighthouse [sandbox:429 from=2 only=google]',
    input: { count: 2 },
    provider: 'google',
  });
  const { attempts } = await user.ended(jobId, 'failed');
  const [{ costMicroUsd, costSource, heldMicroUsd }] = attempts as [(typeof attempts)[0]];
  expect([costMicroUsd, costSource]).toEqual([null, 'unknown']);
  expect(heldMicroUsd).toBeGreaterThan(0);
});
