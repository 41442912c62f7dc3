import { inspect } from 'node:util';
import type { ProviderName } from '@octavo/contracts';
import type { Sandbox } from '@octavo/sandbox';
import { expect } from 'vitest';
import type { Provider, ProviderErrorCode } from '../provider.ts';
import { createProviders, type Providers } from '../registry.ts';
import type { ProviderSettings } from '../settings.ts';
import { settingsFor, testKey } from './settings.ts';

/** What the contract tests of texts and of images have in common. */
export const adapters = [
  'xai',
  'google',
  'openrouter',
  'openai-compatible',
  'sandbox',
] as const satisfies ProviderName[];
export type Adapter = (typeof adapters)[number];

export type Expected = [code: ProviderErrorCode, isRetryable: boolean, retryAfterMs?: number];
/** By fault; an adapter whose upstream fails differently stands beside it. */
export type Failure = [directive: string, expected: Expected, but?: Partial<Record<Adapter, Expected>>];

/** Faults that come before the answer, and are the same for every kind. */
export const refusedCalls: Failure[] = [
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
];

/** Faults of a call that answers with words, whatever the words are for. */
export const textFailures: Failure[] = [
  ...refusedCalls,
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

/** Adapters that all speak to one sandbox. */
export function createBench(sandbox: () => Sandbox) {
  const opened: Providers[] = [];
  return {
    adapter(name: Adapter, changes: Partial<ProviderSettings> = {}): Provider {
      const providers = createProviders(settingsFor(sandbox().url, changes));
      opened.push(providers);
      return providers.candidates('blog', { provider: name })[0]!.provider;
    },
    close: () => Promise.all(opened.map((providers) => providers.close())),
  };
}

/** Neither key nor prompt nor what the upstream said of them can reach a log. */
export function expectSilence(error: unknown): void {
  const everything = inspect(error, { depth: 20, showHidden: true });
  expect(everything).not.toContain(testKey);
  expect(everything).not.toContain('secret wish');
}
