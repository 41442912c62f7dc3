import { z } from 'zod';
import type { Drawing } from '../drawing/draw-sample.ts';
import type { Call } from './dialect.ts';
import { InvalidCall } from './invalid-call.ts';
import { parseBody, readDataUri } from './read.ts';

const longSide = 1024;

/** An image of an aspect ratio such as `16:9`; square without one. @throws InvalidCall for what is no ratio */
export function drawingOfRatio(ratio: string | null | undefined, format: Drawing['format']): Drawing {
  const [, width = 1, height = 1] = (/^(\d{1,2}):(\d{1,2})$/.exec(ratio ?? '1:1') ?? []).map(Number);
  const scale = Math.floor(longSide / Math.max(width, height));
  if (!/^[1-9]\d?:[1-9]\d?$/.test(ratio ?? '1:1') || Math.max(width, height) > 10 * Math.min(width, height))
    throw new InvalidCall(`aspect_ratio: ${ratio} is not supported`);
  return { width: width * scale, height: height * scale, format };
}

/** An image of a size such as `1024x1024`. @throws InvalidCall for sizes that are too small or too large to draw */
function drawingOfSize(size: string, format: Drawing['format']): Drawing {
  const [, width = 0, height = 0] = (/^(\d{1,5})x(\d{1,5})$/.exec(size) ?? []).map(Number);
  const isPossible = [width, height].every((side) => side >= 64 && side <= 2048);
  if (!isPossible) throw new InvalidCall(`size: ${size} is not supported`);
  return { width, height, format };
}

const dataUri = z.looseObject({ url: z.string() });

const body = z.looseObject({
  model: z.string().min(1),
  prompt: z.string().min(1),
  // A number in JSON, text in a form.
  n: z.coerce.number().int().min(1).max(10).default(1),
  size: z.string().nullish(),
  aspect_ratio: z.string().nullish(),
  /** xAI's reference images, one or several. */
  image: z.union([dataUri, z.array(z.instanceof(Uint8Array))]).optional(),
  images: z.array(dataUri).optional(),
  /** OpenRouter's. */
  input_references: z.array(z.looseObject({ image_url: dataUri })).optional(),
});

/** A request for images in the words of xAI, OpenRouter or OpenAI; in OpenAI's, reference images are files of a form. */
export function readImageCall(input: unknown, format: Drawing['format']): Call {
  const { model, prompt, n, size, aspect_ratio: ratio, ...references } = parseBody(body, input);
  const drawing = size && size !== 'auto' ? drawingOfSize(size, format) : drawingOfRatio(ratio, format);
  return {
    model,
    system: '',
    prompt,
    stream: false,
    maxTokens: undefined,
    seed: 0,
    includeUsage: true,
    pictures: readReferences(references),
    drawings: { ...drawing, count: n },
  };
}

function readReferences(given: Pick<z.infer<typeof body>, 'image' | 'images' | 'input_references'>): Uint8Array[] {
  if (Array.isArray(given.image)) return given.image;
  const inData = [
    ...(given.image ? [given.image] : []),
    ...(given.images ?? []),
    ...(given.input_references ?? []).map((reference) => reference.image_url),
  ];
  return inData.map(({ url }) => readDataUri(url));
}
