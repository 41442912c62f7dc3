import type { ProviderName } from '@octavo/contracts';
import { describe, expect, it } from 'vitest';
import { createProviders } from '../registry.ts';
import type { FetchImage } from '../settings.ts';
import { collect } from '../testing/collect.ts';
import { settingsFor } from '../testing/settings.ts';
import { sendJson, startUpstream } from '../testing/start-upstream.ts';
import { tinyImage } from '../testing/tiny-image.ts';

const elsewhere = 'https://images.example/lighthouse.png';
type Answer = Parameters<typeof startUpstream>[0];

/** An upstream that answers with the address of an image, and serves `/picture` itself. */
const addressOf =
  (url: string, picture: Answer = (_request, response) => response.end(tinyImage.bytes)): Answer =>
  (request, response) =>
    request.method === 'POST'
      ? sendJson(response, 200, { data: [{ url: url.replace('SELF', `http://${request.headers.host}`) }] })
      : picture(request, response);

async function draw(name: ProviderName, answer: Answer, fetchImage?: FetchImage) {
  await using upstream = await startUpstream(answer);
  const providers = createProviders(settingsFor(upstream.url, { fetchImage }));
  const [found] = providers.candidates('image', { provider: name });
  const result = await collect(found!.provider, { contentType: 'image', prompt: 'Tea', input: {}, images: [] });
  await providers.close();
  return { ...result, gets: upstream.seen.filter(({ url }) => url.startsWith('/picture')) };
}

const badAnswer = { code: 'provider_bad_answer', isRetryable: true };

describe.each(['xai', 'openai-compatible', 'openrouter'] as const)('an address in an answer of %s', (name) => {
  it('is fetched from the server that was asked', async () => {
    const { images, error, gets } = await draw(name, addressOf('SELF/picture'));
    expect(error).toBeUndefined();
    expect(images.map(({ bytes }) => Buffer.from(bytes))).toEqual([tinyImage.bytes]);
    expect(gets).toHaveLength(1);
  });

  it('is left alone elsewhere, unless the settings bring a guarded way there', async () => {
    expect((await draw(name, addressOf(elsewhere))).error).toMatchObject(badAnswer);

    const asked: unknown[] = [];
    const fetchImage: FetchImage = (url, { maxBytes }) => {
      asked.push([url, maxBytes]);
      return Promise.resolve(tinyImage.bytes);
    };
    const { images } = await draw(name, addressOf(elsewhere), fetchImage);
    expect(images.map(({ bytes }) => Buffer.from(bytes))).toEqual([tinyImage.bytes]);
    expect(asked).toEqual([[elsewhere, 32 * 1024 * 1024]]);

    const refuse: FetchImage = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));
    expect((await draw(name, addressOf(elsewhere), refuse)).error).toMatchObject(badAnswer);
  });

  it('is not followed to another server of this machine', async () => {
    await using other = await startUpstream((_request, response) => response.end(tinyImage.bytes));
    const moved: Answer = (_request, response) =>
      response.writeHead(302, { location: `${other.url}/secret` }).end('moved');
    expect((await draw(name, addressOf(`${other.url}/secret`))).error).toMatchObject(badAnswer);
    expect((await draw(name, addressOf('SELF/picture', moved))).error).toMatchObject(badAnswer);
    expect(other.seen).toEqual([]);
  });

  it.each<[string, Answer]>([
    ['nothing', (_request, response) => response.writeHead(404).end('gone')],
    ['an empty file', (_request, response) => response.end()],
    ['a connection that breaks off', (_request, response) => response.destroy()],
    ['more than 32 MiB', (_request, response) => response.end(Buffer.alloc(32 * 1024 * 1024 + 1))],
  ])('that leads to %s is no answer', async (_what, picture) => {
    const { images, error } = await draw(name, addressOf('SELF/picture', picture));
    expect(error).toMatchObject(badAnswer);
    expect(images).toEqual([]);
  });
});

describe.each(['xai', 'openai-compatible', 'openrouter', 'google'] as const)('an answer of %s', (name) => {
  it.each([
    ['neither image nor address', { data: [{}], candidates: [{ content: { parts: [{}] }, finishReason: 'STOP' }] }],
    ['no image but words', { data: [], candidates: [{ content: { parts: [{ text: 'No.' }] }, finishReason: 'STOP' }] }],
  ])('with %s is none', async (_what, body) => {
    const { error } = await draw(name, (_request, response) => sendJson(response, 200, body));
    expect(error).toMatchObject(badAnswer);
  });

  it('is not read without end', async () => {
    const { error } = await draw(name, (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.alloc(48 * 1024 * 1024, ' '));
    });
    expect(error).toMatchObject({ ...badAnswer, cause: { message: expect.stringContaining('longer than') as string } });
  });
});
