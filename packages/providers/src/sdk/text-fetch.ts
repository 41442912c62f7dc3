import { ProviderError } from '../provider.ts';
import type { Upstream } from './classify.ts';
import type { ImageFetch } from './image-fetch.ts';
import { limitAnswer } from './limit-answer.ts';

/** The longest text has 200,000 characters, and a chunk around each word may be a hundred times its size. */
const limits = { bytes: 32 * 1024 * 1024, lineBytes: 4 * 1024 * 1024 };

/**
 * The way to the network of a model that writes. Answers have a limit, whatever they are: a provider that never stops, or
 * whose error message does not, must not fill the memory. Nobody is sent elsewhere: some keys would travel along.
 */
export function createTextFetch(upstream: Pick<Upstream, 'name'>): ImageFetch {
  const tooLong = (why: string) =>
    new ProviderError('provider_bad_answer', { provider: upstream.name, isRetryable: true, cause: new Error(why) });
  return async (input, init = {}) => limitAnswer(await fetch(input, { ...init, redirect: 'error' }), limits, tooLong);
}
