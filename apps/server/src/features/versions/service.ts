import {
  type ContentView,
  type MediaView,
  type VersionListQuery,
  type VersionPage,
  type VersionText,
  usualLimits,
} from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import { AppError } from '#platform/http';
import { presentVersion, presentVersionText } from './presenter.ts';
import type { VersionRepository, VersionRow } from './repository.ts';

/** Every method throws AppError not_found for what is not there, deleted, or somebody else's. */
export interface VersionService {
  /** Every version there ever was, newest first. */
  list(userId: string, contentId: string, query: VersionListQuery): Promise<VersionPage>;
  get(userId: string, contentId: string, number: number): Promise<VersionText>;
  /** Makes the text of that version the current one again, as a new version. @returns the content */
  restore(userId: string, contentId: string, number: number): Promise<ContentView>;
  /** @returns the new content, a draft whose text is that version's */
  branch(userId: string, contentId: string, number: number): Promise<ContentView>;
  /** Keeps the text as it is although a newer take waits. @returns the content */
  dismiss(userId: string, contentId: string, number: number): Promise<ContentView>;
  /**
   * Makes the words of a take that did not count (rejected, cut off, cancelled) the current text.
   * @returns the content
   * @throws AppError nothing_to_accept when it still runs, has completed or has no words
   */
  accept(userId: string, take: { generationId: string; attempt: number }): Promise<ContentView>;
}

export function createVersionService(deps: {
  repository: VersionRepository;
  getContent: (userId: string, id: string) => Promise<ContentView>;
  /** Those of the images that the user has. */
  viewImages: (userId: string, ids: string[]) => Promise<MediaView[]>;
}): VersionService {
  const { repository, getContent } = deps;

  /** What these versions of one content drew, each by its number. */
  async function imagesOf(userId: string, rows: VersionRow[]): Promise<Map<number, MediaView[]>> {
    const [first] = rows;
    if (first?.content_type !== 'image') return new Map();
    const ids = await repository.imageIds(
      first.content_id,
      rows.map(({ number }) => number),
    );
    const views = await deps.viewImages(userId, [...new Set([...ids.values()].flat())]);
    const known = new Map(views.map((image) => [image.id, image]));
    return new Map([...ids].map(([number, drawn]) => [number, drawn.flatMap((id) => known.get(id) ?? [])]));
  }

  return {
    async list(userId, contentId, { cursor, limit = usualLimits.versions }) {
      const [rows, total] = await Promise.all([
        repository.list(userId, contentId, cursor, limit),
        repository.count(userId, contentId),
      ]);
      if (total === undefined) throw new AppError('not_found', 'There is no such content.');
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const images = await imagesOf(userId, shown);
      return {
        versions: shown.map((row) => presentVersion(row, images.get(row.number) ?? [])),
        pagination: { total, limit, nextCursor: rows.length > limit && last ? last.number : null },
      };
    },

    async get(userId, contentId, number) {
      const row = await repository.find(userId, contentId, number);
      if (!row) throw noSuchVersion();
      return presentVersionText(row, (await imagesOf(userId, [row])).get(number) ?? []);
    },

    async restore(userId, contentId, number) {
      if (!(await repository.restore(userId, contentId, number))) throw noSuchVersion();
      return getContent(userId, contentId);
    },

    async branch(userId, contentId, number) {
      const id = uuidv7();
      if (!(await repository.branch(userId, contentId, number, id))) throw noSuchVersion();
      return getContent(userId, id);
    },

    async dismiss(userId, contentId, number) {
      await repository.dismiss(userId, contentId, number);
      return getContent(userId, contentId);
    },

    async accept(userId, take) {
      const owner = await repository.contentOf(userId, take.generationId);
      if (!owner) throw new AppError('not_found', 'There is no such generation.');
      if (await repository.accept(userId, owner.content_id, take)) return getContent(userId, owner.content_id);
      await getContent(userId, owner.content_id);
      throw new AppError(
        'nothing_to_accept',
        'Only a take that has ended, did not count and has words can be accepted.',
      );
    },
  };
}

function noSuchVersion(): AppError {
  return new AppError('not_found', 'There is no such version.');
}
