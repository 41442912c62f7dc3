import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderError } from './provider.ts';
import { createProviders } from './registry.ts';
import { type AnyRequest, collect } from './testing/collect.ts';
import { type Adapter, adapters, createBench, expectSilence, type Failure, refusedCalls } from './testing/contract.ts';
import { settingsFor } from './testing/settings.ts';
import { tinyImage } from './testing/tiny-image.ts';

/** What every adapter promises of images, whatever its upstream's manners are. */
let sandbox: Sandbox;
const bench = createBench(() => sandbox);
const { adapter } = bench;
beforeAll(async () => {
  sandbox = await startSandbox({ tokensPerSecond: 0, record: true });
});
afterAll(async () => {
  await bench.close();
  await sandbox.close();
});

const failures: Failure[] = [
  ...refusedCalls,
  ['cut', ['provider_stream_cut', true]],
  ['error-mid', ['provider_unavailable', true], { openrouter: ['provider_bad_answer', true] }],
  ['garbage', ['provider_bad_answer', true]],
  ['wrong-shape', ['provider_bad_answer', true]],
  ['empty', ['provider_bad_answer', true]],
  ['refuse', ['provider_refused', false]],
];

const ask = (prompt: string, more: Partial<AnyRequest> = {}): AnyRequest => ({
  contentType: 'image',
  prompt,
  input: {},
  images: [],
  ...more,
});

const models: Record<Adapter, string> = {
  xai: 'grok-imagine-image',
  google: 'gemini-3.1-flash-image-preview',
  openrouter: 'bytedance-seed/seedream-4.5',
  'openai-compatible': 'octavo-drawing',
  sandbox: 'octavo-sample',
};

describe.each(adapters)('%s', (name) => {
  it('draws as many images as are wanted, one call each, all different, with their usage', async () => {
    const before = sandbox.requests.length;
    const { images, finish, error } = await collect(adapter(name), ask('A lighthouse', { input: { count: 4 } }));
    expect(error).toBeUndefined();
    expect(images).toHaveLength(4);
    for (const { bytes, revisedPrompt } of images) {
      const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
      expect(start).toMatch(name === 'xai' ? /^ffd8ff/ : /^89504e47$/);
      expect(revisedPrompt).toBeNull();
    }
    expect(new Set(images.map(({ bytes }) => Buffer.from(bytes).toString('base64'))).size).toBe(4);

    expect(finish).toMatchObject({ finishReason: 'stop', warnings: [] });
    const openai = { images: 4, inputTokens: 12, outputTokens: 4 * 1056 };
    const usages: Record<Adapter, object> = {
      xai: { images: 4, inputTokens: null, outputTokens: null, billedMicroUsd: 80_000 },
      google: { images: 4, inputTokens: 12, outputTokens: 4 * 1290 },
      openrouter: { images: 4, inputTokens: 12, outputTokens: 4 * 1290, billedMicroUsd: 160_000 },
      'openai-compatible': openai,
      sandbox: openai,
    };
    expect(finish?.usage).toEqual(usages[name]);
    const asked = sandbox.requests.slice(before);
    expect(asked.map(({ model }) => model)).toEqual(Array.from({ length: 4 }, () => models[name]));
  });

  it('asks for the aspect ratio in the words of the upstream, and for none where nobody asked', async () => {
    const bodyOf = async (input: object) => {
      await collect(adapter(name), ask('A lighthouse', { input }));
      return JSON.stringify(sandbox.requests.at(-1)?.body);
    };
    const wide = {
      xai: '"aspect_ratio":"16:9"',
      google: '"imageConfig":{"aspectRatio":"16:9"}',
      openrouter: '"aspect_ratio":"16:9"',
      'openai-compatible': '"size":"1280x720"',
      sandbox: '"size":"1280x720"',
    }[name];
    expect(await bodyOf({ aspectRatio: '16:9' })).toContain(wide);
    expect(await bodyOf({})).not.toMatch(/aspect|"size"/);
  });

  it.each([1, 3])('works from %i reference images', async (count) => {
    const before = sandbox.requests.length;
    const images = Array.from({ length: count }, () => tinyImage);
    const result = await collect(adapter(name), ask('Add a hat', { images }));
    expect(result.error).toBeUndefined();
    expect(result.images).toHaveLength(1);
    const asked = sandbox.requests.slice(before);
    const path = {
      xai: '/v1/images/edits',
      google: `/v1beta/models/${models.google}:generateContent`,
      openrouter: '/api/v1/images',
      'openai-compatible': '/v1/images/edits',
      sandbox: '/v1/images/edits',
    }[name];
    expect(asked.map((request) => request.path)).toEqual([path]);
    if (name === 'openai-compatible' || name === 'sandbox') {
      const form = asked[0]?.body as { prompt: string; image: Uint8Array[] };
      expect(form.prompt).toBe('Add a hat');
      expect(form.image.map((file) => Buffer.from(file))).toEqual(images.map(({ bytes }) => bytes));
    } else {
      const sent = JSON.stringify(asked[0]?.body).split(Buffer.from(tinyImage.bytes).toString('base64'));
      expect(sent).toHaveLength(count + 1);
      expect(sent[0]).toContain(name === 'google' ? '"mimeType":"image/png"' : 'data:image/png;base64,');
    }
  });

  it.each(failures)('%s', async (directive, expected, but) => {
    const before = sandbox.requests.length;
    const { images, finish, error } = await collect(adapter(name), ask(`A secret wish [sandbox:${directive}]`));
    const [code, isRetryable, retryAfterMs] = but?.[name] ?? expected;
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ code, isRetryable, provider: name });
    expect((error as ProviderError).retryAfterMs).toBe(retryAfterMs);
    expect([images, finish]).toEqual([[], undefined]);
    // Nobody but the life cycle of a generation tries again.
    expect(sandbox.requests).toHaveLength(before + 1);
    expectSilence(error);
  });

  it.each([
    ['no answer at all', 'timeout', { imageMs: 150, totalMs: 60_000 }],
    ['an answer that does not go on', 'stall', { imageMs: 150, totalMs: 60_000 }],
    ['images that take too long together', 'ok delay=60000', { imageMs: 60_000, totalMs: 150 }],
  ])('gives up on %s and hangs up', async (_what, directive, limits) => {
    const timeouts = { firstChunkMs: 60_000, chunkMs: 60_000, ...limits };
    const { error } = await collect(adapter(name, { timeouts }), ask(`Tea [sandbox:${directive}]`));
    expect(error).toMatchObject({ code: 'provider_timeout', isRetryable: true });
    await expect.poll(() => sandbox.requests.at(-1)?.aborted).toBe(true);
  });

  it('ends with the reason of the caller who aborts in the middle of a call, and hangs up', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled by the user');
    const before = sandbox.requests.length;
    const reading = collect(adapter(name), ask('Tea [sandbox:timeout]'), { signal: abort.signal });
    await expect.poll(() => sandbox.requests.length).toBe(before + 1);
    abort.abort(reason);
    expect((await reading).error).toBe(reason);
    await expect.poll(() => sandbox.requests.at(-1)?.aborted).toBe(true);
  });

  it('begins no other image when the caller aborts between two of them', async () => {
    const abort = new AbortController();
    const before = sandbox.requests.length;
    const { images, finish, error } = await collect(adapter(name), ask('Tea', { input: { count: 4 } }), {
      signal: abort.signal,
      onImage: () => abort.abort('enough'),
    });
    expect([images.length, finish, error]).toEqual([1, undefined, 'enough']);
    expect(sandbox.requests).toHaveLength(before + 1);
  });

  it('asks nobody when it was aborted beforehand', async () => {
    const before = sandbox.requests.length;
    const { error } = await collect(adapter(name), ask('Tea'), { signal: AbortSignal.abort('too late') });
    expect(error).toBe('too late');
    expect(sandbox.requests).toHaveLength(before);
  });

  it('says that nobody is there when the connection is refused', async () => {
    const gone = await startSandbox();
    await gone.close();
    const provider = createProviders(settingsFor(gone.url)).candidates('image', { provider: name })[0]!.provider;
    const { error } = await collect(provider, ask('A secret wish'));
    expect(error).toMatchObject({ code: 'provider_unavailable', isRetryable: true, statusCode: undefined });
    expect((error as ProviderError).cause).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
    expectSilence(error);
  });
});
