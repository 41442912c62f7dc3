import type { LanguageModelV4, LanguageModelV4FinishReason, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ProviderPart } from '../provider.ts';
import { streamSdkText } from './stream-text.ts';

const usage = {
  inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 2, text: 2, reasoning: 0 },
};
const delta = (text: string): LanguageModelV4StreamPart => ({ type: 'text-delta', id: '1', delta: text });
const finish = (unified: LanguageModelV4FinishReason['unified'], raw?: string): LanguageModelV4StreamPart => ({
  type: 'finish',
  finishReason: { unified, raw },
  usage,
});

/** A model whose stream is in the test's hands. */
function read(
  source: ReadableStream<LanguageModelV4StreamPart> | LanguageModelV4StreamPart[],
  timeouts: Partial<Record<'firstChunkMs' | 'chunkMs' | 'totalMs', number>> = {},
) {
  const stream = Array.isArray(source) ? streamOf(source) : source;
  const model = { doStream: () => Promise.resolve({ stream }) } as unknown as LanguageModelV4;
  return streamSdkText({
    upstream: { name: 'openai-compatible', errorRules: [] },
    openModel: () => model,
    request: { contentType: 'blog', title: 'Tea', prompt: 'Tea', model: 'm', seed: 1 },
    timeouts: { firstChunkMs: 10_000, chunkMs: 10_000, totalMs: 10_000, ...timeouts },
    signal: new AbortController().signal,
  });
}

function streamOf(parts: LanguageModelV4StreamPart[]) {
  return new ReadableStream<LanguageModelV4StreamPart>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

async function all(parts: AsyncIterable<ProviderPart>): Promise<ProviderPart[]> {
  const read: ProviderPart[] = [];
  for await (const part of parts) read.push(part);
  return read;
}

afterEach(() => void vi.useRealTimers());

describe('a stream of an SDK', () => {
  it('joins a character split over two deltas, and leaves out what cannot be stored', async () => {
    const parts = await all(
      read([delta('a\u0000'), delta(''), delta('\ud83c'), delta('\udf75!'), delta('\ud83c'), finish('stop', 'stop')]),
    );
    expect(parts.map((part) => (part.type === 'delta' ? part.text : part.type))).toEqual(['a', '🍵!', 'finish']);
  });

  it.each<[LanguageModelV4FinishReason['unified'], string | undefined, string | undefined]>([
    ['stop', 'stop', 'stop'],
    ['length', 'MAX_TOKENS', 'length'],
    ['content-filter', 'SAFETY', 'content-filter'],
    // The upstream's own word for an end, though one the SDK does not know.
    ['other', 'eos_token', 'stop'],
    ['other', 'LANGUAGE', 'other'],
    ['tool-calls', 'tool_calls', 'other'],
    // The SDK's word for "nothing came".
    ['other', undefined, undefined],
    ['interrupted', undefined, undefined],
    ['error', undefined, undefined],
    ['error', 'MALFORMED_FUNCTION_CALL', undefined],
    ['other', 'error', undefined],
  ])('that ends with %s (%s) is %s', async (unified, raw, expected) => {
    const reading = all(read([delta('Tea.'), finish(unified, raw)]));
    if (expected === undefined)
      await expect(reading).rejects.toMatchObject({ code: 'provider_stream_cut', isRetryable: true });
    else
      expect((await reading).at(-1)).toMatchObject({
        type: 'finish',
        finishReason: expected,
        usage: { inputTokens: 3, outputTokens: 2 },
      });
  });

  it('without any finish is cut off', async () => {
    await expect(all(read([delta('Tea.')]))).rejects.toMatchObject({ code: 'provider_stream_cut' });
    await expect(all(read([]))).rejects.toMatchObject({ code: 'provider_stream_cut' });
  });

  it('reports no usage rather than a wrong one', async () => {
    const part = finish('stop', 'stop') as Extract<LanguageModelV4StreamPart, { type: 'finish' }>;
    part.usage = {
      inputTokens: { ...usage.inputTokens, total: undefined },
      outputTokens: { ...usage.outputTokens, total: -5 },
    };
    expect((await all(read([delta('Tea.'), part]))).at(-1)).toMatchObject({
      usage: { inputTokens: null, outputTokens: null },
    });
  });

  it('passes warnings on in words', async () => {
    const start: LanguageModelV4StreamPart = {
      type: 'stream-start',
      warnings: [
        { type: 'unsupported', feature: 'seed' },
        { type: 'other', message: 'careful' },
      ],
    };
    expect((await all(read([start, delta('Tea.'), finish('stop', 'stop')]))).at(-1)).toMatchObject({
      warnings: ['seed is not supported', 'careful'],
    });
  });

  it('lets a reader take his time: only silence of the upstream counts', async () => {
    vi.useFakeTimers();
    const texts: string[] = [];
    for await (const part of read([delta('one'), delta('two'), finish('stop', 'stop')], {
      firstChunkMs: 30,
      chunkMs: 30,
    })) {
      texts.push(part.type === 'delta' ? part.text : part.type);
      await vi.advanceTimersByTimeAsync(80);
    }
    expect(texts).toEqual(['one', 'two', 'finish']);
  });

  it('waits for the first word, not for the first sign of a connection', async () => {
    vi.useFakeTimers();
    let controller!: ReadableStreamDefaultController<LanguageModelV4StreamPart>;
    const stream = new ReadableStream<LanguageModelV4StreamPart>({ start: (given) => void (controller = given) });
    const reading = all(read(stream, { firstChunkMs: 1000, chunkMs: 20 }));
    controller.enqueue({ type: 'stream-start', warnings: [] });
    controller.enqueue({ type: 'response-metadata', id: 'r' });
    await vi.advanceTimersByTimeAsync(900);
    controller.enqueue(delta('Tea.'));
    await vi.advanceTimersByTimeAsync(15);
    controller.enqueue(delta('More tea.'));
    await vi.advanceTimersByTimeAsync(15);
    controller.enqueue(finish('stop', 'stop'));
    expect(await reading).toHaveLength(3);
  });

  it.each([
    ['the first word', 0],
    ['the next one', 1],
  ])('gives up when %s does not come, even if the stream does not heed the signal', async (_what, words) => {
    vi.useFakeTimers();
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      start: (controller) => {
        controller.enqueue({ type: 'stream-start', warnings: [] });
        for (let word = 0; word < words; word += 1) controller.enqueue(delta('Tea.'));
      },
    });
    const clocks = words === 0 ? { firstChunkMs: 50 } : { chunkMs: 50 };
    const reading = expect(all(read(stream, clocks))).rejects.toMatchObject({
      code: 'provider_timeout',
      isRetryable: true,
    });
    await vi.advanceTimersByTimeAsync(60);
    await reading;
  });

  it('is cancelled when its reader leaves, even if it hangs', async () => {
    let isCancelled = false;
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      start: (controller) => controller.enqueue(delta('Tea.')),
      cancel() {
        isCancelled = true;
        return new Promise(() => {});
      },
    });
    for await (const part of read(stream)) if (part.type === 'delta') break;
    expect(isCancelled).toBe(true);
  });
});
