import type { Dialect } from './dialect.ts';
import { readImageCall } from './image-call.ts';
import { openaiErrors } from './openai-errors.ts';
import { xaiImages } from './xai-images.ts';

/** OpenAI's `/images/generations` and `/images/edits`. A Grok model on the same path is xAI's. */
export const openaiImages: Dialect = {
  provider: 'openai-compatible',
  keyRequired: false,
  errors: {
    ...openaiErrors,
    refused: () => ({
      status: 400,
      body: {
        error: {
          message: 'Your request was rejected by the safety system. safety_violations=[violence].',
          type: 'image_generation_user_error',
          param: null,
          code: 'moderation_blocked',
        },
      },
    }),
  },
  readCall: (body) => readImageCall(body, 'png'),
  headers: () => ({}),
  whole: ({ images = [], createdS, inputTokens }) => ({
    created: createdS,
    data: images.map((image) => ({ b64_json: image.toString('base64') })),
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { image_tokens: 0, text_tokens: inputTokens },
      output_tokens: 1056 * images.length,
      total_tokens: inputTokens + 1056 * images.length,
    },
  }),
  forModel: (model) => (/^grok\b/i.test(model) ? xaiImages : openaiImages),
};
