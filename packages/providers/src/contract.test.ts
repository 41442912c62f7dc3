import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GenerationRequest, ProviderError } from './provider.ts';
import { createProviders } from './registry.ts';
import { type AnyRequest, collect } from './testing/collect.ts';
import { adapters, createBench, expectSilence, textFailures } from './testing/contract.ts';
import { settingsFor } from './testing/settings.ts';
import { tinyImage } from './testing/tiny-image.ts';

/** What every adapter promises of words, whatever its upstream's manners are. */
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

/** Words about nothing but the prompt, words of a form, and words about an image. Translations: stream-translation. */
const kinds: Array<{ kind: 'blog' | 'story' | 'description'; extra: Partial<AnyRequest>; whole: RegExp }> = [
  { kind: 'blog', extra: {}, whole: /^> .*Tea.*[.!?]\*?\s*$/s },
  { kind: 'story', extra: { input: { paragraphs: 3 } }, whole: /^> .*\n\n# .+(\n\n.+){3}/ },
  {
    kind: 'description',
    extra: { input: {}, images: [tinyImage] },
    whole: /^Sample description: no AI model .* 3 pixels wide and 2 pixels high.*[.!?]$/s,
  },
];
const everyKind = adapters.flatMap((name) => kinds.map((kind) => ({ name, ...kind })));

describe.each(everyKind)('$name, $kind', ({ name, kind, extra, whole }) => {
  const ask = (prompt: string, more: Partial<AnyRequest> = {}): AnyRequest => ({
    contentType: kind,
    ...extra,
    prompt,
    ...more,
  });

  it('streams a whole text as it comes, with its usage', async () => {
    const { deltas, text, finish, error } = await collect(adapter(name), ask('Write about green tea'));
    expect(error).toBeUndefined();
    expect(finish).toMatchObject({ finishReason: 'stop', warnings: [] });
    expect(finish?.usage.inputTokens).toBeGreaterThan(0);
    // The sandbox counts one token a delta: nothing was gathered, doubled or lost.
    expect(finish?.usage.outputTokens).toBe(deltas.length);
    expect(deltas).not.toContain('');
    expect(text).toMatch(whole);
  });

  it('says what the call cost, where the upstream does, in millionths of a dollar rounded up', async () => {
    const { finish } = await collect(adapter(name), ask('Tea [sandbox:ok words=40]'));
    const { inputTokens, outputTokens, billedMicroUsd } = finish!.usage;
    const [input, output] = [Number(inputTokens), Number(outputTokens)];
    // The prices of the sandbox: 1.25 and 2.50 USD a million tokens at xAI, 0.10 and 0.30 at OpenRouter.
    const expected = { xai: Math.ceil(input * 1.25 + output * 2.5), openrouter: Math.ceil((input + output * 3) / 10) };
    expect(output).toBe(40);
    expect(billedMicroUsd).toBe((expected as Partial<Record<string, number>>)[name]);
  });

  it('sends instructions, request, ceiling, temperature and seed', async () => {
    const before = sandbox.requests.length;
    const prompt = 'P-2 {{title}} $& [sandbox:ok words=5]';
    await collect(adapter(name), ask(prompt, { title: 'T-1', seed: 4711 }));
    expect(sandbox.requests).toHaveLength(before + 1);
    const body = JSON.stringify(sandbox.requests.at(-1)?.body);
    expect(body).toContain(
      { blog: 'blog post', story: 'Number of paragraphs: 3', description: 'describe images' }[kind],
    );
    expect(body).toContain('T-1');
    expect(body).toContain('P-2 {{title}} $& ');
    expect(body).toMatch(/"seed":4711\b/);
    expect(body).toMatch(/"(max_tokens|max_output_tokens|maxOutputTokens)":\d+/);
    expect(body).toMatch(/"temperature":0\.\d+/);
  });

  it.each(textFailures)('%s', async (directive, expected, but) => {
    const prompt = `A secret wish [sandbox:${directive}]`;
    const { finish, error } = await collect(adapter(name), ask(prompt));
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
    const broken = await collect(provider, ask(prompt));
    expect(broken.deltas).toHaveLength(12);
    const whole = await collect(provider, ask(prompt));
    expect(whole.finish?.finishReason).toBe('stop');
    expect(whole.text.startsWith(broken.text)).toBe(true);
  });

  it('says how a text ended that is no good', async () => {
    const cut = await collect(adapter(name), ask('[sandbox:length] tea'));
    expect(cut.finish?.finishReason).toBe('length');
    const empty = await collect(adapter(name), ask('[sandbox:empty] tea'));
    expect(empty).toMatchObject({ text: '', finish: { finishReason: 'stop' } });
    const filtered = await collect(adapter(name), ask('[sandbox:refuse after=10] tea'));
    expect(filtered.finish?.finishReason).toBe('content-filter');
    const refused = await collect(adapter(name), ask('[sandbox:refuse] tea'));
    if (name === 'openrouter') expect(refused.error).toMatchObject({ code: 'provider_refused', isRetryable: false });
    else expect(refused.finish?.finishReason).toBe('content-filter');
  });

  it.each([
    ['no answer at all', 'timeout', { firstChunkMs: 150, chunkMs: 60_000, totalMs: 60_000 }],
    ['no first word', 'stall after=0', { firstChunkMs: 150, chunkMs: 60_000, totalMs: 60_000 }],
    ['silence in the middle', 'stall', { firstChunkMs: 60_000, chunkMs: 150, totalMs: 60_000 }],
    ['a text without end', 'ok rate=100 words=5000', { firstChunkMs: 60_000, chunkMs: 60_000, totalMs: 300 }],
  ])('gives up on %s and hangs up', async (_what, directive, timeouts) => {
    const { error } = await collect(
      adapter(name, { timeouts: { ...timeouts, imageMs: 60_000 } }),
      ask(`Tea [sandbox:${directive}]`),
    );
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
    const reading = collect(adapter(name), ask(`Tea [sandbox:${directive}]`), {
      signal: abort.signal,
      onDelta: () => abort.abort(reason),
    });
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
      const { error } = await collect(provider, ask('Tea [sandbox:ok words=2000]'), {
        signal: abort.signal,
        onDelta: () => abort.abort('enough'),
      });
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
    const { error } = await collect(adapter(name), ask('Tea'), { signal: AbortSignal.abort(reason) });
    expect(error).toBe(reason);
    expect(sandbox.requests).toHaveLength(before);
  });

  it('hangs up when the reader stops reading', async () => {
    const provider = adapter(name);
    const request = { title: 'Tea', model: 'grok-4.3', seed: 1, ...ask('Tea [sandbox:ok rate=200 words=5000]') };
    for await (const part of provider.stream(request as GenerationRequest, { signal: new AbortController().signal })) {
      if (part.type === 'delta') break;
    }
    await expect.poll(() => sandbox.requests.at(-1)?.aborted).toBe(true);
  });

  it('says that nobody is there when the connection is refused', async () => {
    const gone = await startSandbox();
    await gone.close();
    const provider = createProviders(settingsFor(gone.url)).candidates('blog', { provider: name })[0]!.provider;
    const { error } = await collect(provider, ask('A secret wish'));
    expect(error).toMatchObject({ code: 'provider_unavailable', isRetryable: true, statusCode: undefined });
    expect((error as ProviderError).cause).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
    expectSilence(error);
  });
});

describe.each(adapters)('%s, description', (name) => {
  it('shows the image and says how long the text shall be, and in which language', async () => {
    const before = sandbox.requests.length;
    const request = { contentType: 'description' as const, prompt: 'Mind the hat', images: [tinyImage] };
    const input = { length: 'short', language: 'spa_Latn' };
    const { text } = await collect(adapter(name), { ...request, input });
    expect(text).toMatch(/^Descripción de muestra: ningún modelo .* 3 píxeles de ancho y 2 píxeles de alto/);
    const asked = sandbox.requests.slice(before);
    expect(asked).toHaveLength(1);
    const model = { xai: 'grok-4.3', google: 'gemini-3.7-flash', openrouter: 'google/gemini-3.7-flash' };
    const own = { 'openai-compatible': 'octavo-vision', sandbox: 'octavo-sample' };
    expect(asked[0]?.model).toBe({ ...model, ...own }[name]);
    const body = JSON.stringify(asked[0]?.body);
    expect(body).toContain(Buffer.from(tinyImage.bytes).toString('base64'));
    expect(body).toContain('Length: one sentence\\nLanguage: Spanish\\n\\nInstructions:\\n> Mind the hat');
    // Another language and length; the sandbox has no French and writes English.
    const longer = await collect(adapter(name), { ...request, input: { length: 'long', language: 'fra_Latn' } });
    expect(longer.text.length).toBeGreaterThan(2 * text.length);
    expect(JSON.stringify(sandbox.requests.at(-1)?.body)).toContain('Length: several paragraphs\\nLanguage: French');
  });

  it('is told when the image is none', async () => {
    const images = [{ mediaType: 'image/png' as const, bytes: Buffer.from('not an image') }];
    const { error } = await collect(adapter(name), { contentType: 'description', prompt: '', input: {}, images });
    expect(error).toMatchObject({ code: 'provider_bad_request', isRetryable: false });
  });
});
