import type { ContentType, DescriptionInput, GenerateBody, ImageInput } from '@octavo/contracts';
import type { Providers } from '@octavo/providers';
import { refuseUnavailable } from '#features/providers';
import { AppError } from '#platform/http';

/** What a request names besides its words, looked up for its user. */
export interface IntakeDeps {
  /** @returns undefined when the user has no such content */
  findContent: (userId: string, id: string) => Promise<{ body: string } | undefined>;
  /** @returns those of the images that the user has */
  findImages: (userId: string, ids: string[]) => Promise<Array<{ id: string }>>;
}

export interface Intake {
  /** The input as it is stored. */
  input: object | null;
  /** Images it is made from. */
  sources: string[];
}

/** Images that an input, as it is stored, names. */
export function sourcesOf(contentType: ContentType, input: unknown): string[] {
  if (contentType === 'description') return [(input as DescriptionInput).mediaId];
  return contentType === 'image' ? ((input as ImageInput | null)?.references ?? []) : [];
}

/** @throws AppError validation_failed naming what is not there */
export async function takeIn(deps: IntakeDeps, userId: string, request: GenerateBody): Promise<Intake> {
  switch (request.contentType) {
    case 'blog':
    case 'product':
    case 'social':
      return { input: null, sources: [] };
    case 'story':
      return { input: request.input ?? null, sources: [] };
    case 'image': {
      const { input = {} } = request;
      return { input, sources: await existing('body.input.references', sourcesOf('image', input)) };
    }
    case 'description': {
      const { input } = request;
      return { input, sources: await existing('body.input.mediaId', sourcesOf('description', input)) };
    }
    case 'translation': {
      const { contentId } = request.input;
      if (contentId === undefined) return { input: request.input, sources: [] };
      const content = await deps.findContent(userId, contentId);
      if (!content) throw invalid('body.input.contentId', 'There is no such content.');
      if (content.body.trim() === '') throw invalid('body.input.contentId', 'This content has no text yet.');
      return { input: { ...request.input, text: content.body }, sources: [] };
    }
  }

  async function existing(path: string, ids: string[]): Promise<string[]> {
    const found = ids.length === 0 ? [] : await deps.findImages(userId, ids);
    if (found.length < new Set(ids).size) throw invalid(path, 'There is no such image.');
    return ids;
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('validation_failed', message, { fields: [{ path, message }] });
}

/** Says at once what would fail later. @throws AppError provider_unavailable when the one wished for is not set up here */
export function assertProviderAvailable(
  providers: Pick<Providers, 'candidates'>,
  { contentType, provider, model }: GenerateBody,
) {
  if (provider === undefined) return;
  try {
    providers.candidates(contentType, { provider, ...(model !== undefined && { model }) });
  } catch (error) {
    refuseUnavailable(error);
  }
}
