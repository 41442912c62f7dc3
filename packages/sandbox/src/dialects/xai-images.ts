import type { Dialect } from './dialect.ts';
import { readImageCall } from './image-call.ts';
import { xaiErrors } from './xai-errors.ts';

/** What one image of grok-imagine-image costs, 0.02 USD, in xAI's own unit (docs.x.ai/developers/cost-tracking). */
const ticksPerImage = 200_000_000;

/** xAI's images, drawn and edited: JPEG in base64, with what they cost. A refused one is no error, but has no image. */
export const xaiImages: Dialect = {
  provider: 'xai',
  keyRequired: true,
  errors: xaiErrors,
  readCall: (body) => readImageCall(body, 'jpeg'),
  headers: () => ({}),
  whole: ({ images = [], ending }) => ({
    data:
      ending === 'blocked'
        ? [{ b64_json: null, revised_prompt: '', respect_moderation: false }]
        : images.map((image) => ({
            b64_json: image.toString('base64'),
            revised_prompt: '',
            respect_moderation: true,
          })),
    usage: { cost_in_usd_ticks: ticksPerImage * images.length },
  }),
};
