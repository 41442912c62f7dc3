import {
  type ContentListQuery,
  type ContentPage,
  type ContentView,
  type CreateContentBody,
  type MediaView,
  type UpdateContentBody,
  usualLimits,
} from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import { presentProvenance } from '#features/provenance';
import { AppError } from '#platform/http';
import type { EraseRepository } from './erase.repository.ts';
import type { ContentRepository, ContentRow } from './repository.ts';

/** Contents are counted so far beyond the page that is asked for, and no further. */
const countedBeyond = 10_000;

export interface ContentService {
  list(userId: string, query: ContentListQuery): Promise<ContentPage>;
  get(userId: string, id: string): Promise<ContentView>;
  create(userId: string, body: CreateContentBody): Promise<ContentView>;
  /** @throws AppError version_conflict when somebody changed it since `body.revision` */
  update(userId: string, id: string, body: UpdateContentBody): Promise<ContentView>;
  /** Can be undone with `restore`. A generation that still writes it is cancelled. */
  delete(userId: string, id: string): Promise<void>;
  restore(userId: string, id: string): Promise<ContentView>;
  /**
   * Takes the words of a deleted content away for good, with its versions and images; what it cost stays.
   * @throws AppError not_deleted, still_generating when a worker is still to end what it writes
   */
  erase(userId: string, id: string): Promise<void>;
}

export function createContentService(deps: {
  repository: ContentRepository;
  eraseRepository: EraseRepository;
  /** Those of the images that the user has. */
  viewImages: (userId: string, ids: string[]) => Promise<MediaView[]>;
  cancelGeneration: (userId: string, generationId: string) => Promise<unknown>;
}): ContentService {
  const { repository, eraseRepository } = deps;

  async function get(userId: string, id: string): Promise<ContentView> {
    const row = await repository.find(userId, id);
    if (!row) throw new AppError('not_found', 'There is no such content.');
    return (await presentAll(userId, [row]))[0]!;
  }

  /** It may have ended already; then there is nothing to cancel. */
  async function cancel(userId: string, generationId: string): Promise<void> {
    await deps.cancelGeneration(userId, generationId).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    });
  }

  /** @throws AppError not_found, not_deleted */
  async function findDeleted(userId: string, id: string) {
    const found = await eraseRepository.find(userId, id);
    if (!found) throw new AppError('not_found', 'There is no such content.');
    if (!found.isDeleted) throw new AppError('not_deleted', 'Delete this content first; then it can be erased.');
    return found;
  }

  async function presentAll(userId: string, rows: ContentRow[]): Promise<ContentView[]> {
    const drawn = rows.filter((row) => row.content_type === 'image').map(({ id }) => id);
    const ids = drawn.length === 0 ? new Map<string, string[]>() : await repository.imageIds(drawn);
    const images = new Map((await deps.viewImages(userId, [...ids.values()].flat())).map((image) => [image.id, image]));
    return rows.map((row) =>
      present(
        row,
        (ids.get(row.id) ?? []).flatMap((id) => images.get(id) ?? []),
      ),
    );
  }

  return {
    get,

    async list(userId, query) {
      const { page = 1, limit = usualLimits.contents } = query;
      const most = (page - 1) * limit + countedBeyond;
      const [rows, counted] = await Promise.all([
        repository.list(userId, query, page, limit),
        repository.count(userId, query, most + 1),
      ]);
      const total = Math.min(counted, most);
      const shown = rows.slice(0, limit);
      return {
        contents: await presentAll(userId, shown),
        pagination: {
          total,
          isTotalExact: counted <= most,
          page,
          totalPages: Math.ceil(total / limit),
          limit,
          // Deleted content goes by pages: what a cursor points at may be restored meanwhile.
          nextCursor: rows.length > limit && query.deleted === undefined ? (shown.at(-1)?.id ?? null) : null,
        },
      };
    },

    async create(userId, body) {
      const id = uuidv7();
      const { generatedText, ...content } = body;
      await repository.insert({ id, userId, ...content, body: generatedText });
      return get(userId, id);
    },

    async update(userId, id, body) {
      if (await repository.update(userId, id, body)) return get(userId, id);
      const current = await get(userId, id);
      throw new AppError('version_conflict', `This content is at revision ${current.revision} now. Load it again.`);
    },

    async delete(userId, id) {
      const deleted = await repository.softDelete(userId, id);
      if (!deleted) throw new AppError('not_found', 'There is no such content.');
      if (deleted.generationId !== null) await cancel(userId, deleted.generationId);
    },

    async restore(userId, id) {
      if (!(await repository.restore(userId, id))) throw new AppError('not_found', 'There is no such content.');
      return get(userId, id);
    },

    async erase(userId, id) {
      // The deletion has cancelled it, unless its process died in between.
      for (const generationId of (await findDeleted(userId, id)).unfinished) await cancel(userId, generationId);
      if (await eraseRepository.erase(userId, id)) return;
      await findDeleted(userId, id);
      throw new AppError(
        'still_generating',
        'This content was still being written and is just being stopped. Try again in a moment.',
      );
    },
  };
}

function present(row: ContentRow, images: MediaView[]): ContentView {
  return {
    id: row.id,
    userId: row.user_id,
    title: row.title,
    contentType: row.content_type,
    prompt: row.prompt,
    generatedText: row.body,
    images,
    status: row.status,
    jobId: row.generation_id,
    generationStatus: row.generation_status,
    failureReason: row.failure_reason,
    version: row.version,
    pendingVersion: row.pending_version,
    revision: row.revision,
    provenance: provenanceOf(row),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    deletedAt: row.deleted_at?.toISOString() ?? null,
  };
}

function provenanceOf(row: ContentRow): ContentView['provenance'] {
  const { provider, model, hash, is_edited, version_at } = row;
  if (hash === null || is_edited === null || version_at === null) return null;
  return presentProvenance({ provider, model, hash, is_edited, updated_at: version_at });
}
