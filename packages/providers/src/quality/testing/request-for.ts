import type { ContentType, StoryInput } from '@octavo/contracts';
import type { GenerationRequest } from '../../provider.ts';

/** A request of any kind, with little in it. */
export function requestFor(
  contentType: ContentType,
  prompt: string,
  more: { title?: string; input?: StoryInput } = {},
): GenerationRequest {
  const bytes = new Uint8Array();
  const inputs: Partial<Record<ContentType, object>> = {
    image: { input: {}, images: [] },
    description: { input: {}, images: [{ bytes, mediaType: 'image/png' }] },
    translation: { input: { text: 'El té está listo.', target: 'eng_Latn' } },
  };
  return {
    contentType,
    title: 'Tea',
    prompt,
    model: 'm',
    seed: 1,
    ...inputs[contentType],
    ...more,
  } as GenerationRequest;
}
