import type { DescriptionInput, ImageInput, StoryInput, TranslationInput } from '@octavo/contracts';
import type { GenerationRequest, SourceImage } from '@octavo/providers';
import type { GenerationRow } from '#platform/db';

/** What a take asks of its provider: the generation's words, its input, and the images it is made from. */
export async function takeRequest(
  generation: GenerationRow,
  model: string,
  loadImage: (userId: string, mediaId: string) => Promise<SourceImage>,
): Promise<GenerationRequest> {
  const { content_type: contentType, title, prompt, input, user_id: userId } = generation;
  const common = { title, prompt, model, seed: seedOf(generation) };
  switch (contentType) {
    case 'blog':
    case 'product':
    case 'social':
      return { ...common, contentType };
    case 'story':
      return { ...common, contentType, input: (input as StoryInput | null) ?? undefined };
    case 'image': {
      const { references = [], ...wish } = (input as ImageInput | null) ?? {};
      const images = await Promise.all(references.map((id) => loadImage(userId, id)));
      return { ...common, contentType, input: wish, images };
    }
    case 'description': {
      const { mediaId, ...wish } = input as DescriptionInput;
      return { ...common, contentType, input: wish, images: [await loadImage(userId, mediaId)] };
    }
    case 'translation': {
      const { text = '', source, target } = input as TranslationInput;
      return { ...common, contentType, input: { text, source, target } };
    }
  }
}

/** The same for the same take, another one for the next: a repeated take should not be the same text again. */
export function seedOf(generation: GenerationRow): number {
  return (Number.parseInt(generation.id.slice(-8), 16) + generation.attempt) % 2_147_483_647;
}
