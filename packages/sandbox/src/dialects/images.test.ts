import { createGoogle } from '@ai-sdk/google';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { ImageModelV4, ImageModelV4CallOptions } from '@ai-sdk/provider';
import { createXai } from '@ai-sdk/xai';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, faults, type Sandbox, startSandbox } from '../index.ts';
import { post, type Upstream, upstreams } from '../testing/ask.ts';
import { askForImage, imagesOf, tinyDataUri, tinyPng } from '../testing/ask-images.ts';

/** What WIRE.md says of images: requests that are taken, answers that must come, and the same through the SDK's clients. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tokensPerSecond: 0, record: true });
});
afterAll(() => sandbox.close());

const base64 = expect.stringMatching(/^[A-Za-z0-9+/]{1000,}=*$/) as string;
const number = expect.any(Number) as number;

describe('an image', () => {
  it('comes in the words of each upstream, with usage and cost', async () => {
    const answer = async (upstream: Upstream) => (await askForImage(sandbox.url, upstream, 'Tea')).json;
    expect(await answer('xai')).toEqual({
      data: [{ b64_json: base64, revised_prompt: '', respect_moderation: true }],
      usage: { cost_in_usd_ticks: 200_000_000 },
    });
    expect(await answer('google')).toEqual({
      candidates: [
        {
          content: { parts: [{ inlineData: { mimeType: 'image/png', data: base64 } }], role: 'model' },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: 1,
        candidatesTokenCount: 1290,
        totalTokenCount: 1291,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 1 }],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
      },
      modelVersion: 'gemini-3.1-flash-image-preview',
      responseId: expect.any(String) as string,
    });
    expect(await answer('openrouter')).toEqual({
      created: number,
      data: [{ b64_json: base64, media_type: 'image/png' }],
      usage: { prompt_tokens: 1, completion_tokens: 1290, total_tokens: 1291, cost: 0.04 },
    });
    expect(await answer('openai-compatible')).toEqual({
      created: number,
      data: [{ b64_json: base64 }],
      usage: {
        input_tokens: 1,
        input_tokens_details: { image_tokens: 0, text_tokens: 1 },
        output_tokens: 1056,
        total_tokens: 1057,
      },
    });
  });

  it.each(upstreams)('of %s is drawn in the ratio asked for', async (upstream) => {
    for (const [ratio, expected] of [
      [undefined, 1],
      ['16:9', 16 / 9],
      ['2:3', 2 / 3],
    ] as const) {
      const [image] = imagesOf(await askForImage(sandbox.url, upstream, 'Tea', ratio));
      const { width, height, format } = await sharp(image).metadata();
      expect(format).toBe(upstream === 'xai' ? 'jpeg' : 'png');
      expect(width / height).toBeCloseTo(expected, 2);
      expect(Math.max(width, height)).toBeGreaterThan(1000);
    }
  });

  it('of an OpenAI-compatible server has the size asked for, as often as asked for, each another', async () => {
    const answer = await post(
      `${sandbox.url}/v1/images/generations`,
      JSON.stringify({ model: 'm', prompt: 'Tea', n: 3, size: '320x240' }),
    );
    const images = imagesOf(answer);
    expect(new Set(images.map((image) => image.toString('base64'))).size).toBe(3);
    expect(await sharp(images[0]).metadata()).toMatchObject({ width: 320, height: 240 });
  });
});

describe('reference images', () => {
  const statusOf = async (path: string, body: unknown) =>
    (await post(sandbox.url + path, JSON.stringify({ model: 'm', prompt: 'Tea', ...(body as object) }))).status;
  const broken = 'data:image/png;base64,bm90IGFuIGltYWdl';
  const bodies: Array<[string, string, (url: string) => unknown]> = [
    ['xAI, one', '/v1/images/edits', (url) => ({ model: 'grok-imagine-image', image: { url, type: 'image_url' } })],
    ['xAI, several', '/v1/images/edits', (url) => ({ model: 'grok-imagine-image', images: [{ url }, { url }] })],
    ['OpenRouter', '/api/v1/images', (url) => ({ input_references: [{ type: 'image_url', image_url: { url } }] })],
    [
      'Gemini',
      '/v1beta/models/m:generateContent',
      (url) => ({
        contents: [{ parts: [{ text: 'Tea' }, { inlineData: { mimeType: 'image/png', data: url.split(',')[1] } }] }],
        generationConfig: { responseModalities: ['IMAGE'] },
      }),
    ],
  ];

  it.each(bodies)('of %s are read, and refused when they are none', async (_whose, path, body) => {
    expect(await statusOf(path, body(tinyDataUri))).toBe(200);
    expect(await statusOf(path, body(broken))).toBe(400);
  });

  it('are never fetched from an address', async () => {
    const image = { url: `${sandbox.url}/v1/models` };
    expect(await statusOf('/v1/images/edits', { image })).toBe(400);
  });

  it('of an OpenAI-compatible server are files of a form', async () => {
    const send = async (bytes: Uint8Array) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ model: 'm', prompt: 'Tea', n: '1' })) form.append(name, value);
      for (const name of ['a.png', 'b.png']) form.append('image[]', new Blob([Uint8Array.from(bytes)]), name);
      const response = await fetch(`${sandbox.url}/v1/images/edits`, { method: 'POST', body: form });
      return response.status;
    };
    expect(await send(Buffer.from(tinyPng, 'base64'))).toBe(200);
    const { body } = sandbox.requests.at(-1) as { body: { image: Uint8Array[] } };
    expect(body.image.map((file) => Buffer.from(file).toString('base64'))).toEqual([tinyPng, tinyPng]);
    expect(await send(Buffer.from('no image'))).toBe(400);
  });
});

describe('a request that makes no sense', () => {
  it.each([
    { prompt: '' },
    { n: 11 },
    { n: 'many' },
    { size: '1x1' },
    { size: '9000x9000' },
    { size: 'large' },
    { aspect_ratio: '0:1' },
    { aspect_ratio: '99:1' },
    { aspect_ratio: 'wide' },
    { prompt: 'Tea [sandbox:echo]' },
    { prompt: 'Tea [sandbox:length]' },
  ])('as %j gets a 400', async (wrong) => {
    const body = JSON.stringify({ model: 'm', prompt: 'Tea', ...wrong });
    const answer = await post(`${sandbox.url}/v1/images/generations`, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { type: 'invalid_request_error', message: expect.any(String) } });
  });
});

describe('a refusal', () => {
  it('has the form of each upstream', async () => {
    const refused = async (upstream: Upstream) => {
      const { status, json } = await askForImage(sandbox.url, upstream, 'Tea [sandbox:refuse]');
      return [status, json];
    };
    expect(await refused('xai')).toEqual([
      200,
      {
        data: [{ b64_json: null, revised_prompt: '', respect_moderation: false }],
        usage: { cost_in_usd_ticks: 0 },
      },
    ]);
    expect(await refused('google')).toMatchObject([200, { candidates: [{ finishReason: 'IMAGE_SAFETY' }] }]);
    expect(await refused('openrouter')).toMatchObject([403, { error: { code: 403 } }]);
    expect(await refused('openai-compatible')).toMatchObject([400, { error: { code: 'moderation_blocked' } }]);
  });
});

/** What a real client sees of each fault; OpenRouter's images have none among the SDK's packages that are used here. */
describe.each(['xai', 'google', 'openai-compatible'] as const)('the SDK client of %s', (upstream) => {
  const model = (): ImageModelV4 => {
    const account = { apiKey: 'k', baseURL: `${sandbox.url}/v1` };
    if (upstream === 'xai') return createXai(account).imageModel('grok-imagine-image');
    if (upstream === 'google')
      return createGoogle({ ...account, baseURL: `${sandbox.url}/v1beta` }).imageModel('gemini-3-pro-image-preview');
    return createOpenAICompatible({ ...account, name: 'local' }).imageModel('octavo-drawing');
  };
  const draw = (prompt: string, files?: ImageModelV4CallOptions['files'], abortSignal?: AbortSignal) =>
    model().doGenerate({
      prompt,
      files,
      n: 1,
      size: undefined,
      aspectRatio: undefined,
      seed: undefined,
      mask: undefined,
      providerOptions: {},
      ...(abortSignal && { abortSignal }),
    });

  it('reads an image, drawn or edited', async () => {
    const file = { type: 'file' as const, mediaType: 'image/png', data: Buffer.from(tinyPng, 'base64') };
    for (const { images } of [await draw('Tea'), await draw('Tea', [file]), await draw('Tea', [file, file])])
      expect(images).toEqual([base64]);
  });

  const statuses: Partial<Record<Fault, number>> = {
    '401': 401,
    '402': 402,
    '403': 403,
    '404': 404,
    '408': 408,
    '429': 429,
    '429-daily': 429,
    '500': 500,
    '502-html': 502,
    '503': 503,
    'error-mid': 500,
    'bad-key': upstream === 'openai-compatible' ? 401 : 400,
    credits: upstream === 'xai' ? 403 : 429,
    cut: 200,
    garbage: 200,
    'wrong-shape': 200,
  };
  it.each(Object.entries(statuses))('sees %s', async (fault, statusCode) => {
    await expect(draw(`Tea [sandbox:${fault}]`)).rejects.toMatchObject({ name: 'AI_APICallError', statusCode });
  });

  it.each(['timeout', 'stall'])('hears nothing more after %s, until it gives up', async (fault) => {
    const reading = draw(`Tea [sandbox:${fault}]`, undefined, AbortSignal.timeout(200));
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('gets no image from an empty answer', async () => {
    expect((await draw('Tea [sandbox:empty]')).images).toEqual([]);
  });

  it('has tried every fault that an image can have', () => {
    const wordsOnly = ['end-early', 'length', 'repeat', 'echo'];
    const tried = [...Object.keys(statuses), ...wordsOnly, 'timeout', 'stall', 'empty', 'refuse'];
    expect(tried.toSorted()).toEqual([...faults].toSorted());
  });
});
