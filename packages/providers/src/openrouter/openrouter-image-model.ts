import { APICallError, type ImageModelV4, type ImageModelV4File } from '@ai-sdk/provider';
import { z } from 'zod';
import type { ImageFetch } from '../sdk/image-fetch.ts';
import { costMetadata } from './openrouter-cost.ts';

const answerBody = z.object({
  data: z.array(z.object({ b64_json: z.string().nullish(), url: z.string().nullish() })),
  usage: z
    .object({
      prompt_tokens: z.number().nullish(),
      completion_tokens: z.number().nullish(),
      cost: z.number().nullish(),
    })
    .nullish(),
});

/**
 * OpenRouter's `POST /images` (openrouter.ai/docs/api/api-reference/images/generate-an-image) behind the SDK's
 * interface; the OpenAI-compatible client has another path and another form for reference images, and no cost.
 */
export function createOpenrouterImageModel(
  modelId: string,
  account: { apiKey: string; baseURL: string; headers: Record<string, string>; fetch: ImageFetch },
): ImageModelV4 {
  const url = `${account.baseURL.replace(/(?<!\/)\/+$/, '')}/images`;
  return {
    specificationVersion: 'v4',
    provider: 'openrouter.image',
    modelId,
    maxImagesPerCall: 1,
    async doGenerate({ prompt, aspectRatio, files = [], abortSignal }) {
      // Parameters that a model does not know are refused, so nothing is sent that nobody asked for.
      const body = {
        model: modelId,
        prompt,
        ...(aspectRatio && { aspect_ratio: aspectRatio }),
        ...(files.length > 0 && { input_references: files.map(toReference) }),
      };
      const init = {
        method: 'POST',
        headers: { ...account.headers, authorization: `Bearer ${account.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(abortSignal && { signal: abortSignal }),
      };
      const response = await call(url, () => account.fetch(url, init));
      const { status, headers } = response;
      const context = { url, requestBodyValues: {}, statusCode: status, responseHeaders: Object.fromEntries(headers) };
      const text = await response.text().catch((cause: unknown) => {
        throw new APICallError({ ...context, cause, message: 'Failed to process successful response' });
      });
      if (!response.ok) throw new APICallError({ ...context, message: response.statusText, responseBody: text });
      const answer = answerBody.safeParse(parseJson(text));
      if (!answer.success)
        throw new APICallError({ ...context, message: 'Invalid JSON response', cause: answer.error });

      const { data, usage } = answer.data;
      const images: Uint8Array[] = [];
      for (const image of data) {
        if (image.b64_json) images.push(Buffer.from(image.b64_json, 'base64'));
        else if (image.url) images.push(await download(image.url, account.fetch, abortSignal));
      }
      return {
        images,
        warnings: [],
        usage: {
          inputTokens: usage?.prompt_tokens ?? undefined,
          outputTokens: usage?.completion_tokens ?? undefined,
          totalTokens: undefined,
        },
        providerMetadata: { [costMetadata]: { images: [], ...(usage?.cost != null && { costUsd: usage.cost }) } },
        response: { timestamp: new Date(), modelId, headers: context.responseHeaders },
      };
    },
  };
}

async function call(url: string, ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new APICallError({ url, requestBodyValues: {}, cause, message: 'Cannot connect to API' });
  }
}

async function download(url: string, fetch: ImageFetch, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const response = await fetch(url, { redirect: 'error', ...(signal && { signal }) });
  return new Uint8Array(await response.arrayBuffer());
}

function toReference(file: ImageModelV4File) {
  const url =
    file.type === 'url'
      ? file.url
      : `data:${file.mediaType};base64,${typeof file.data === 'string' ? file.data : Buffer.from(file.data).toString('base64')}`;
  return { type: 'image_url', image_url: { url } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
