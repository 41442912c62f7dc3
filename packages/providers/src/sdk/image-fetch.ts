import { ProviderError } from '../provider.ts';
import type { FetchImage } from '../settings.ts';
import type { Upstream } from './classify.ts';
import { limitAnswer } from './limit-answer.ts';

/** The largest image that is taken from an upstream. */
const maxImageBytes = 32 * 1024 * 1024;
/** One image as base64, and room for the words around it. */
const maxAnswerBytes = Math.ceil((maxImageBytes * 4) / 3) + 1024 * 1024;

export type ImageFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * The way to the network of a model that draws. Answers have a limit. An address that stands in an answer for the
 * image itself is fetched only from the upstream's own server, or through the guarded `fetchImage` of the settings:
 * whoever writes the answer must not choose whom this machine calls.
 *
 * @throws ProviderError `provider_bad_answer` for an image that cannot be fetched
 */
export function createImageFetch(options: {
  upstream: Pick<Upstream, 'name'>;
  baseUrl: string;
  fetchImage: FetchImage | undefined;
}): ImageFetch {
  const { upstream, baseUrl, fetchImage } = options;
  const { origin } = new URL(baseUrl);
  const badAnswer = (why: string) =>
    new ProviderError('provider_bad_answer', { provider: upstream.name, isRetryable: true, cause: new Error(why) });

  async function download(url: string, init: RequestInit): Promise<Response> {
    const signal = init.signal ?? new AbortController().signal;
    try {
      if (new URL(url).origin === origin) {
        const response = await fetch(url, init);
        if (response.status < 400) return limitAnswer(response, { bytes: maxImageBytes }, badAnswer);
      } else if (fetchImage) {
        return new Response(new Blob([Uint8Array.from(await fetchImage(url, { signal, maxBytes: maxImageBytes }))]));
      }
    } catch {
      signal.throwIfAborted();
    }
    throw badAnswer('The image behind the address in the answer could not be fetched.');
  }

  return async (input, init = {}) =>
    (init.method ?? 'GET') === 'GET'
      ? await download(input instanceof Request ? input.url : input.toString(), init)
      : limitAnswer(await fetch(input, init), { bytes: maxAnswerBytes }, badAnswer);
}
