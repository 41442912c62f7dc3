import { inspect } from 'node:util';
import type { ProviderName } from '@octavo/contracts';
import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderError, type ProviderErrorCode, type Provider } from './provider.ts';
import { createProviders, type Providers } from './registry.ts';
import type { ProviderSettings } from './settings.ts';
import { collect } from './testing/collect.ts';
import { settingsFor, testKey } from './testing/settings.ts';

/** What every adapter promises, whatever its upstream's manners are. */
const adapters = ['xai', 'google', 'openrouter', 'openai-compatible', 'sandbox'] as const satisfies ProviderName[];
type Adapter = (typeof adapters)[number];

let sandbox: Sandbox;
const opened: Providers[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({ tokensPerSecond: 0, record: true });
});
afterAll(async () => {
  await Promise.all(opened.map((providers) => providers.close()));
  await sandbox.close();
});

function adapter(name: Adapter, changes: Partial<ProviderSettings> = {}): Provider {
  const providers = createProviders(settingsFor(sandbox.url, changes));
  opened.push(providers);
  return providers.candidates('blog', { provider: name })[0]!.provider;
}

type Expected = [code: ProviderErrorCode, isRetryable: boolean, retryAfterMs?: number];
/** By fault; an adapter whose upstream fails differently stands beside it. */
const failures: Array<[directive: string, expected: Expected, but?: Partial<Record<Adapter, Expected>>]> = [
  ['401', ['provider_auth', false]],
  ['bad-key', ['provider_auth', false]],
  ['402', ['provider_credits', false]],
  ['credits', ['provider_credits', false]],
  ['403', ['provider_forbidden', false]],
  ['404', ['provider_model_not_found', false]],
  ['408', ['provider_timeout', true]],
  ['429', ['provider_rate_limited', true], { google: ['provider_rate_limited', true, 2000] }],
  ['429 retry-after=7', ['provider_rate_limited', true, 7000]],
  ['429-daily', ['provider_quota', false], { google: ['provider_quota', false, 2000] }],
  ['500', ['provider_unavailable', true]],
  ['502-html', ['provider_unavailable', true]],
  ['503', ['provider_unavailable', true]],
  ['503 retry-after=3', ['provider_unavailable', true, 3000], { google: ['provider_unavailable', true] }],
  ['cut', ['provider_stream_cut', true]],
  ['cut after=0', ['provider_stream_cut', true]],
  ['end-early', ['provider_stream_cut', true]],
  ['end-early after=0', ['provider_stream_cut', true]],
  ['error-mid', ['provider_stream_cut', true]],
  // Before the first word an error chunk is judged by its status, where it has one.
  [
    'error-mid after=0',
    ['provider_stream_cut', true],
    { xai: ['provider_unavailable', true], google: ['provider_unavailable', true] },
  ],
  ['garbage', ['provider_bad_answer', true]],
  ['garbage after=0', ['provider_bad_answer', true]],
  ['wrong-shape', ['provider_bad_answer', true]],
];

describe.each(adapters)('%s', (name) => {
  it('streams a whole text as it comes, with its usage', async () => {
    const { deltas, text, finish, error } = await collect(adapter(name), { prompt: 'Write about green tea' });
    expect(error).toBeUndefined();
    expect(finish).toMatchObject({ finishReason: 'stop', warnings: [] });
    expect(finish?.usage.inputTokens).toBeGreaterThan(0);
    // The sandbox counts one token a delta: nothing was gathered, doubled or lost.
    expect(finish?.usage.outputTokens).toBe(deltas.length);
    expect(deltas).not.toContain('');
    expect(text).toMatch(/^> .*Tea.*[.!?]\*?\s*$/s);
  });

  it('sends instructions, request, ceiling, temperature and seed', async () => {
    const before = sandbox.requests.length;
    await collect(adapter(name), {
      contentType: 'social',
      title: 'T-1',
      prompt: 'P-2 {{title}} $& [sandbox:ok words=5]',
      seed: 4711,
    });
    expect(sandbox.requests).toHaveLength(before + 1);
    const body = JSON.stringify(sandbox.requests.at(-1)?.body);
    expect(body).toContain('social media post');
    expect(body).toContain('T-1');
    expect(body).toContain('P-2 {{title}} $& ');
    expect(body).toMatch(/"seed":4711\b/);
    expect(body).toMatch(/"(max_tokens|max_output_tokens|maxOutputTokens)":\d+/);
    expect(body).toMatch(/"temperature":0\.\d+/);
  });

  it.each(failures)('%s', async (directive, expected, but) => {
    const prompt = `A secret wish [sandbox:${directive}]`;
    const { finish, error } = await collect(adapter(name), { prompt });
    const [code, isRetryable, retryAfterMs] = but?.[name] ?? expected;
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ code, isRetryable, provider: name });
    expect((error as ProviderError).retryAfterMs).toBe(retryAfterMs);
    expect(finish).toBeUndefined();
    expectSilence(error);
  });

  it('keeps the beginning of a text that breaks off, and recovers with the next call', async () => {
    const provider = adapter(name);
    const prompt = `Green tea for ${name} [sandbox:cut after=12 times=1]`;
    const broken = await collect(provider, { prompt });
    expect(broken.deltas).toHaveLength(12);
    const whole = await collect(provider, { prompt });
    expect(whole.finish?.finishReason).toBe('stop');
    expect(whole.text.startsWith(broken.text)).toBe(true);
  });

  it('says how a text ended that is no good', async () => {
    const cut = await collect(adapter(name), { prompt: '[sandbox:length] tea' });
    expect(cut.finish?.finishReason).toBe('length');
    const empty = await collect(adapter(name), { prompt: '[sandbox:empty] tea' });
    expect(empty).toMatchObject({ text: '', finish: { finishReason: 'stop' } });
    const filtered = await collect(adapter(name), { prompt: '[sandbox:refuse after=10] tea' });
    expect(filtered.finish?.finishReason).toBe('content-filter');
    const refused = await collect(adapter(name), { prompt: '[sandbox:refuse] tea' });
    if (name === 'openrouter') expect(refused.error).toMatchObject({ code: 'provider_refused', isRetryable: false });
    else expect(refused.finish?.finishReason).toBe('content-filter');
  });

  it.each([
    ['no answer at all', 'timeout', { firstChunkMs: 150, chunkMs: 60_000, totalMs: 60_000 }],
    ['no first word', 'stall after=0', { firstChunkMs: 150, chunkMs: 60_000, totalMs: 60_000 }],
    ['silence in the middle', 'stall', { firstChunkMs: 60_000, chunkMs: 150, totalMs: 60_000 }],
    ['a text without end', 'ok rate=100 words=5000', { firstChunkMs: 60_000, chunkMs: 60_000, totalMs: 300 }],
  ])('gives up on %s and hangs up', async (_what, directive, timeouts) => {
    const { error } = await collect(adapter(name, { timeouts }), { prompt: `Tea [sandbox:${directive}]` });
    expect(error).toMatchObject({ code: 'provider_timeout', isRetryable: true });
    await expect.poll(() => sandbox.requests.at(-1)?.aborted).toBe(true);
  });

  it.each([
    ['before the first word', 'timeout'],
    ['in the middle', 'ok rate=200 words=5000'],
  ])('ends with the reason of the caller who aborts %s, and hangs up', async (_when, directive) => {
    const abort = new AbortController();
    const reason = new Error('cancelled by the user');
    const before = sandbox.requests.length;
    const reading = collect(
      adapter(name),
      { prompt: `Tea [sandbox:${directive}]` },
      { signal: abort.signal, onDelta: () => abort.abort(reason) },
    );
    if (directive === 'timeout') {
      await expect.poll(() => sandbox.requests.length).toBe(before + 1);
      abort.abort(reason);
    }
    const { error, finish } = await reading;
    expect(error).toBe(reason);
    expect(finish).toBeUndefined();
    await expect.poll(() => sandbox.requests.at(-1)?.aborted).toBe(true);
  });

  it('leaves no rejected promise behind when it is aborted with a full queue', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => void rejections.push(reason);
    process.on('unhandledRejection', note);
    const provider = adapter(name);
    for (let round = 0; round < 20; round += 1) {
      const abort = new AbortController();
      const { error } = await collect(
        provider,
        { prompt: 'Tea [sandbox:ok words=2000]' },
        { signal: abort.signal, onDelta: () => abort.abort('enough') },
      );
      expect(error).toBe('enough');
    }
    // Unhandled rejections are told of after the promise jobs of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });

  it('asks nobody when it was aborted beforehand', async () => {
    const before = sandbox.requests.length;
    const reason = new Error('too late');
    const { error } = await collect(adapter(name), { prompt: 'Tea' }, { signal: AbortSignal.abort(reason) });
    expect(error).toBe(reason);
    expect(sandbox.requests).toHaveLength(before);
  });

  it('hangs up when the reader stops reading', async () => {
    const provider = adapter(name);
    const request = {
      contentType: 'blog',
      title: 'Tea',
      prompt: 'Tea [sandbox:ok rate=200 words=5000]',
      model: 'grok-4.3',
      seed: 1,
    } as const;
    for await (const part of provider.stream(request, { signal: new AbortController().signal })) {
      if (part.type === 'delta') break;
    }
    await expect.poll(() => sandbox.requests.at(-1)?.aborted).toBe(true);
  });

  it('says that nobody is there when the connection is refused', async () => {
    const gone = await startSandbox();
    await gone.close();
    const provider = createProviders(settingsFor(gone.url)).candidates('blog', { provider: name })[0]!.provider;
    const { error } = await collect(provider, { prompt: 'A secret wish' });
    expect(error).toMatchObject({ code: 'provider_unavailable', isRetryable: true, statusCode: undefined });
    expect((error as ProviderError).cause).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
    expectSilence(error);
  });
});

/** Neither key nor prompt nor what the upstream said of them can reach a log. */
function expectSilence(error: unknown): void {
  const everything = inspect(error, { depth: 20, showHidden: true });
  expect(everything).not.toContain(testKey);
  expect(everything).not.toContain('secret wish');
}
