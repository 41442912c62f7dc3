import type { Dialect } from './dialect.ts';
import { readImageCall } from './image-call.ts';
import { openrouterErrors } from './openrouter-errors.ts';

/** OpenRouter's `POST /images`, with what it cost in US dollars (openrouter.ai/docs/api/api-reference/images/generate-an-image). */
export const openrouterImages: Dialect = {
  provider: 'openrouter',
  keyRequired: true,
  errors: openrouterErrors,
  readCall: (body) => readImageCall(body, 'png'),
  headers: ({ id }) => ({ 'x-generation-id': id }),
  whole: ({ images = [], createdS, inputTokens }) => ({
    created: createdS,
    data: images.map((image) => ({ b64_json: image.toString('base64'), media_type: 'image/png' })),
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: 1290 * images.length,
      total_tokens: inputTokens + 1290 * images.length,
      cost: 0.04 * images.length,
    },
  }),
  wholeError: () => ({ error: { code: 502, message: 'Provider disconnected unexpectedly' } }),
};
