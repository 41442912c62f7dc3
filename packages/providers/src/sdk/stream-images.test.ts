import type { ImageModelV4, ImageModelV4Result } from '@ai-sdk/provider';
import { APICallError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import type { ProviderPart } from '../provider.ts';
import { streamSdkImages } from './stream-images.ts';

const result = (more: Partial<ImageModelV4Result>): ImageModelV4Result => ({
  images: ['iVBORw0KGgo='],
  warnings: [],
  response: { timestamp: new Date(), modelId: 'm', headers: {} },
  ...more,
});

/** Reads from a model whose answers are in the test's hands; an answer that is an error is thrown. */
async function read(answers: Array<ImageModelV4Result | Error>) {
  const left = [...answers];
  const model = {
    doGenerate: () => {
      const next = left.shift()!;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
  } as unknown as ImageModelV4;
  const parts: ProviderPart[] = [];
  let error: unknown;
  try {
    for await (const part of streamSdkImages({
      upstream: {
        name: 'google',
        errorRules: [],
        imageRefusal: /PROHIBITED/,
        billedMicroUsd: (metadata) => metadata?.['m']?.['microUsd'] as number | undefined,
      },
      openModel: () => model,
      request: {
        contentType: 'image',
        title: 'Tea',
        prompt: 'Tea',
        model: 'm',
        seed: 1,
        input: { count: answers.length },
        images: [],
      },
      timeouts: { firstChunkMs: 1000, chunkMs: 1000, totalMs: 10_000, imageMs: 10_000 },
      signal: new AbortController().signal,
    }))
      parts.push(part);
  } catch (thrown) {
    error = thrown;
  }
  return { parts, error };
}

describe('images of an SDK', () => {
  it('come with the wording of the upstream and the sum of what they took', async () => {
    const usage = { inputTokens: 3, outputTokens: 5, totalTokens: 8 };
    const { parts } = await read([
      result({ usage, providerMetadata: { m: { images: [{ revisedPrompt: 'Green tea' }], microUsd: 20_000 } } }),
      result({ usage, providerMetadata: { m: { images: [], microUsd: 30_000 } } }),
    ]);
    expect(parts).toMatchObject([
      { type: 'image', revisedPrompt: 'Green tea' },
      { type: 'image', revisedPrompt: null },
      { type: 'finish', usage: { images: 2, inputTokens: 6, outputTokens: 10, billedMicroUsd: 50_000 } },
    ]);
  });

  it('report no sum where a part of it is missing', async () => {
    const { parts } = await read([
      result({
        usage: { inputTokens: 3, outputTokens: -5, totalTokens: 8 },
        providerMetadata: { m: { images: [], microUsd: 20_000 } },
      }),
      result({}),
    ]);
    expect(parts.at(-1)).toEqual({
      type: 'finish',
      finishReason: 'stop',
      usage: { images: 2, inputTokens: null, outputTokens: null },
      warnings: [],
    });
  });

  it('say once what is not supported', async () => {
    const warnings = [{ type: 'unsupported' as const, feature: 'aspectRatio' }];
    const { parts } = await read([result({ warnings }), result({ warnings })]);
    expect(parts.at(-1)).toMatchObject({ warnings: ['aspectRatio is not supported'] });
  });

  it('that are finished stay when the next one fails', async () => {
    const failure = new APICallError({ message: 'slow', url: 'u', requestBodyValues: {}, statusCode: 429 });
    const { parts, error } = await read([result({}), failure, result({})]);
    expect(parts.map(({ type }) => type)).toEqual(['image']);
    expect(error).toMatchObject({ code: 'provider_rate_limited', isRetryable: true, statusCode: 429 });
  });

  it.each<[string, ImageModelV4Result | Error, object]>([
    ['a filter the SDK knows', result({ images: [], isRetryable: false }), { code: 'provider_refused' }],
    [
      'a filter it does not know',
      result({ images: [], providerMetadata: { google: { images: [], finishReason: 'IMAGE_PROHIBITED_CONTENT' } } }),
      { code: 'provider_refused', isRetryable: false },
    ],
    [
      'nothing, without a word',
      result({ images: [], providerMetadata: { google: { images: [], finishReason: 'NO_IMAGE' } } }),
      { code: 'provider_bad_answer', isRetryable: true },
    ],
    ['an image of no bytes', result({ images: [''] }), { code: 'provider_bad_answer', isRetryable: true }],
    [
      'a call that cannot be made',
      new Error('Use another model'),
      { code: 'provider_bad_request', isRetryable: false },
    ],
  ])('end with %s', async (_what, answer, expected) => {
    const { parts, error } = await read([answer]);
    expect(parts).toEqual([]);
    expect(error).toMatchObject(expected);
  });
});
