import { ProviderError } from '../provider.ts';
import type { FetchImage } from '../settings.ts';
import type { Upstream } from './classify.ts';

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
        if (response.status < 400) return withLimit(response, maxImageBytes, badAnswer);
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
      : withLimit(await fetch(input, init), maxAnswerBytes, badAnswer);
}

/** The same answer, whose body breaks off with an error where it gets too long. */
function withLimit(response: Response, maxBytes: number, error: (why: string) => Error): Response {
  if (!response.body) return response;
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) controller.error(error(`The answer is longer than ${maxBytes} bytes.`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
}
