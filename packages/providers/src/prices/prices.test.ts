import { type ContentType, contentTypeNames, type ProviderName, providerNames } from '@octavo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountAtMost, type PricedRequest } from './amounts.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { createPrices, type PriceSettings } from './prices.ts';
import { isUncharged } from './uncharged.ts';
import { charge, flat, free } from './unit-price.ts';

const at = new Date('2026-11-21T12:00:00Z');
const prices = pricesWith({});
const text = { inputTokens: 1000, outputTokens: 1000 };

function pricesWith(changes: Partial<PriceSettings>) {
  return createPrices({ overrides: {}, freeProviders: [], unknownMicroUsd: 500_000, ...changes });
}

describe('what a call cost', () => {
  it('is counted by the list in whole micro-USD, rounded up', () => {
    // 1.25 USD a million tokens in, 2.50 out.
    expect(prices.priceOf('xai', 'grok-4.3', text, at)).toEqual({ microUsd: 3750, source: 'catalog' });
    expect(prices.priceOf('xai', 'grok-4.3', { inputTokens: 1, outputTokens: 0 }, at).microUsd).toBe(2);
    expect(prices.priceOf('xai', 'grok-4.3', { inputTokens: 0, outputTokens: 0 }, at).microUsd).toBe(0);
    expect(charge({ ...free, input: flat(0.1) }, { ...nothing, inputTokens: 30 })).toBe(3);
  });

  it('follows the tiers and the dates of the list', () => {
    expect(prices.priceOf('xai', 'grok-4.3', { inputTokens: 200_000, outputTokens: 1000 }, at).microUsd).toBe(505_000);
    expect(prices.priceOf('google', 'gemini-3.8-flash', text, at).microUsd).toBe(4500);
    expect(prices.priceOf('google', 'gemini-3.8-flash', text, new Date('2027-01-01')).microUsd).toBe(9000);
  });

  it('is what the provider says, when it says so', () => {
    const usage = { ...text, billedMicroUsd: 12 };
    expect(prices.priceOf('xai', 'grok-4.3', usage, at)).toEqual({ microUsd: 12, source: 'billed' });
    expect(prices.priceOf('openrouter', 'openrouter/auto', usage, at).source).toBe('billed');
  });

  it.each([
    ['sandbox', 'octavo-sample'],
    ['local', 'octavo-story-tiny'],
    ['openrouter', 'meta-llama/llama-3.3-70b-instruct:free'],
    ['openrouter', 'openrouter/free'],
    ['google', 'gemma-4-31b-it'],
  ] as const)('is nothing for %s %s', (provider, model) => {
    expect(prices.priceOf(provider, model, text, at)).toEqual({ microUsd: 0, source: 'catalog' });
    const bound = prices.worstCase(provider, model, { contentType: 'blog', title: 'T', prompt: 'P' }, at);
    expect(bound).toEqual({ microUsd: 0, isKnown: true });
  });

  it.each([
    ['xai', 'grok-of-tomorrow'],
    ['openrouter', 'openrouter/auto'],
    ['google', 'gemma-of-tomorrow'],
    ['openai-compatible', 'gpt-oss'],
  ] as const)('is not known for %s %s, which is not nothing', (provider, model) => {
    expect(prices.priceOf(provider, model, text, at)).toEqual({ microUsd: null, source: 'unknown' });
    const bound = prices.worstCase(provider, model, { contentType: 'blog', title: 'T', prompt: 'P' }, at);
    expect(bound).toEqual({ microUsd: 500_000, isKnown: false });
  });

  it('is not known when the provider does not say what it used', () => {
    const usage = { inputTokens: null, outputTokens: 10 };
    expect(prices.priceOf('xai', 'grok-4.3', usage, at)).toEqual({ microUsd: null, source: 'unknown' });
    expect(prices.priceOf('sandbox', 'octavo-sample', usage, at).microUsd).toBe(0);
  });

  it('of images goes by the image, or by the tokens of the image', () => {
    const none = { inputTokens: null, outputTokens: null };
    expect(prices.priceOf('xai', 'grok-imagine-image', { ...none, images: 3 }, at).microUsd).toBe(60_000);
    const usage = { inputTokens: 100, outputTokens: null, images: 2 };
    expect(prices.priceOf('google', 'gemini-2.5-flash-image', usage, at).microUsd).toBe(30 + 2 * 2520 * 30);
  });

  it('is what the operator says, before every list', () => {
    const own = pricesWith({
      overrides: { 'sandbox/*': { usdPerTake: 0.02 }, 'xai/grok-4.3': { inputUsdPerMtok: 1 } },
      freeProviders: ['openai-compatible'],
    });
    expect(own.priceOf('sandbox', 'anything', text, at).microUsd).toBe(20_000);
    expect(own.priceOf('xai', 'grok-4.3', text, at).microUsd).toBe(1000);
    expect(own.priceOf('openai-compatible', 'gpt-oss', text, at).microUsd).toBe(0);
  });
});

describe('a call that failed', () => {
  const failed = (code: ProviderErrorCode, statusCode: number | undefined, cause = '') =>
    new ProviderError(code, { provider: 'xai', isRetryable: false, statusCode, cause: new Error(cause) });

  it.each([
    ['provider_auth', 401, ''],
    ['provider_unavailable', 503, ''],
    ['provider_unavailable', undefined, 'AI_APICallError ECONNREFUSED'],
  ] as const)('costs nothing: %s %s %s', (code, status, cause) => {
    expect(isUncharged(failed(code, status, cause))).toBe(true);
  });

  it.each([
    ['provider_stream_cut', undefined, ''],
    ['provider_stream_cut', 500, ''],
    ['provider_timeout', undefined, ''],
    ['provider_unavailable', undefined, 'AI_APICallError ECONNRESET'],
  ] as const)('may have cost something: %s %s %s', (code, status, cause) => {
    expect(isUncharged(failed(code, status, cause))).toBe(false);
  });
});

describe('the worst case', () => {
  it('is never less than what any usage within the ceilings costs', () => {
    fc.assert(
      fc.property(pricedCall, ({ provider, model, request, share }) => {
        const most = amountAtMost(provider, undefined, request);
        const usage = {
          inputTokens: Math.floor(most.inputTokens * share),
          outputTokens: Math.floor(most.outputTokens * share),
          ...(most.images > 0 && { images: most.images }),
        };
        const cost = prices.priceOf(provider, model, usage, at).microUsd ?? 0;
        expect(cost).toBeLessThanOrEqual(prices.worstCase(provider, model, request, at).microUsd);
        const typical = prices.typical(provider, model, request, at).microUsd;
        expect(typical).toBeLessThanOrEqual(prices.worstCase(provider, model, request, at).microUsd);
      }),
      { numRuns: 2000 },
    );
  });

  it('holds where a long prompt falls into a dearer tier and what is used does not', () => {
    const request = {
      contentType: 'translation',
      title: '',
      prompt: '',
      input: { text: 'x'.repeat(200_000) },
    } as const;
    const usage = { inputTokens: 190_000, outputTokens: 8192 };
    const cost = prices.priceOf('xai', 'grok-4.3', usage, at).microUsd!;
    expect(cost).toBeLessThanOrEqual(prices.worstCase('xai', 'grok-4.3', request, at).microUsd);
  });

  it('grows with every byte, image and paragraph that is asked for', () => {
    const bound = (request: Partial<PricedRequest>) =>
      prices.worstCase('xai', 'grok-4.3', { contentType: 'story', title: 'T', prompt: 'P', ...request }, at).microUsd;
    expect(bound({ prompt: '\u{1f9ff}'.repeat(100) })).toBeGreaterThan(bound({ prompt: 'o'.repeat(100) }));
    expect(bound({ input: { paragraphs: 50 } })).toBeGreaterThan(bound({ input: { paragraphs: 2 } }));
    const images = (count: number) =>
      prices.worstCase(
        'xai',
        'grok-imagine-image',
        { contentType: 'image', title: '', prompt: '', input: { count } },
        at,
      );
    expect(images(4).microUsd).toBe(80_000);
  });
});

const nothing = { inputTokens: 0, outputTokens: 0, images: 0, sourceImages: 0 };

const models: Record<ProviderName, string[]> = {
  xai: ['grok-4.3', 'grok-4.6', 'grok-3-mini-fast', 'grok-imagine-image', 'no-such-model'],
  google: ['gemini-flash-latest', 'gemini-3.1-pro-preview', 'gemini-2.5-flash-image', 'gemini-3-pro-image'],
  openrouter: ['x-ai/grok-4-fast', 'perplexity/sonar-deep-research', 'meta-llama/llama-3.3-70b-instruct'],
  'openai-compatible': ['gpt-oss'],
  local: ['octavo-story-tiny'],
  sandbox: ['octavo-sample'],
};

const words = fc.string({ unit: 'grapheme', maxLength: 400 });
const request: fc.Arbitrary<PricedRequest> = fc.record({
  contentType: fc.constantFrom(...(contentTypeNames as readonly ContentType[])),
  title: words,
  prompt: words,
  input: fc.record(
    {
      paragraphs: fc.integer({ min: 1, max: 50 }),
      count: fc.integer({ min: 1, max: 4 }),
      references: fc.array(fc.constant('an id'), { maxLength: 3 }),
      text: fc.nat(200_000).map((length) => 'w'.repeat(length)),
    },
    { requiredKeys: [] },
  ),
});
const pricedCall = fc.constantFrom(...(providerNames as readonly ProviderName[])).chain((provider) =>
  fc.record({
    provider: fc.constant(provider),
    model: fc.constantFrom(...models[provider]),
    request,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);
