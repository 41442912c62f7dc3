import type { FileHandle } from 'node:fs/promises';
import type { ImportResult } from '@octavo/contracts';
import type { MediaService } from '#features/media';
import { type Checked, checkImport, parse, terminal } from './check-import.ts';
import { type TableName, tableNames } from './format.ts';
import { invalid, readZip, type ZipLimits, type ZipPart } from './read-zip.ts';
import type { PortabilityRepository } from './repository.ts';

const batch = 200;

/**
 * Adds what an export holds to an account: everything under new ids, with the times it had. The whole ZIP is checked
 * before anything is kept; then the images are stored (those of an import that fails later are swept after a day), then
 * all rows in one transaction. A generation that had not ended is imported as cancelled.
 * @throws AppError validation_failed, payload_too_large, and those of an image that is none
 */
export async function readImport(
  deps: {
    repository: PortabilityRepository;
    media: Pick<MediaService, 'storeImported'>;
    limits: ZipLimits;
  },
  userId: string,
  file: FileHandle,
): Promise<ImportResult> {
  const parts = (wanted: (kind: ZipPart['kind']) => boolean) => readZip(file, deps.limits, wanted);
  const checked = await checkImport(parts(() => true));
  const { ids, images } = checked;
  const stored = new Map<string, string>();
  const generationIds: string[] = [];
  const contentIds: string[] = [];

  for await (const part of parts((kind) => kind === 'image')) {
    const image = part.kind === 'image' ? images.get(part.name) : undefined;
    if (part.kind !== 'image' || !image) continue;
    const view = await deps.media.storeImported(userId, { bytes: part.bytes, alt: image.alt, origin: image.origin });
    stored.set(image.id, view.id);
    ids.set(image.id, view.id);
  }

  const result: ImportResult = { contents: 0, generations: 0, images: stored.size };
  const fits = await deps.repository.write(async (writer) => {
    for (const table of tableNames) {
      if (table === 'media') continue;
      let rows: Array<Record<string, unknown>> = [];
      const flush = async () => {
        await writer.insert(table, rows);
        if (table === 'generations') generationIds.push(...rows.map((row) => String(row['id'])));
        if (table === 'contents') {
          const begun = rows.filter(({ last_version: last }) => last === 0);
          contentIds.push(...begun.map(({ id }) => String(id)));
        }
        if (table === 'contents' || table === 'generations') result[table] += rows.length;
        rows = [];
      };
      for await (const part of parts((kind) => kind === table)) {
        if (!('line' in part)) continue;
        const row = convert(table, parse(table, part.line), { ...checked, userId, stored });
        if (row) rows.push(row);
        if (rows.length >= batch) await flush();
      }
      await flush();
    }
    for (let from = 0; from < contentIds.length; from += 5000) {
      await writer.beginHistories(contentIds.slice(from, from + 5000));
    }
    for (let from = 0; from < generationIds.length; from += 5000) {
      await writer.endLogs(generationIds.slice(from, from + 5000));
    }
  });
  if (!fits) throw invalid('holds rows that do not fit together');
  return result;
}

/** A row as it is stored here: the user's own, under new ids, and never unfinished. */
function convert(
  table: Exclude<TableName, 'media'>,
  row: Record<string, unknown>,
  { userId, ids, stored, histories, drafts, asked }: Checked & { userId: string; stored: Map<string, string> },
): Record<string, unknown> | undefined {
  const mapped = rename(row, (id) => ids.get(id) ?? id) as Record<string, unknown>;
  // What is not in the export may be somebody else's here.
  const ours = (id: unknown) => ids.get(String(id)) ?? null;
  switch (table) {
    case 'contents': {
      const hasHistory = histories.get(String(row['id']))?.numbers.size;
      return {
        ...mapped,
        ...(!hasHistory && { version: 0, last_version: 0, pending_version: null }),
        user_id: userId,
        generation_id: ours(row['generation_id']),
      };
    }
    case 'content_versions':
      return {
        ...mapped,
        user_id: row['user_id'] === null ? null : userId,
        generation_id: ours(row['generation_id']),
        source_content_id: ours(row['source_content_id']),
      };
    case 'batches': {
      const { status } = row;
      return {
        ...mapped,
        user_id: userId,
        ...(status === 'draft' && { started_at: null, ended_at: null }),
        ...((status === 'running' || status === 'paused') && {
          status: 'cancelled',
          paused_reason: null,
          ended_at: new Date().toISOString(),
        }),
      };
    }
    case 'batch_rows': {
      if (drafts.has(String(mapped['batch_id']))) {
        return { ...mapped, content_id: null, is_skipped: false, error: null };
      }
      const contentId = ours(row['content_id']);
      // What was not generated there is not here either, not even when failed rows are tried again.
      return { ...mapped, content_id: contentId, is_skipped: contentId === null || !asked.has(contentId) };
    }
    case 'generation_attempts':
      // What was paid elsewhere was not paid here.
      return { ...mapped, user_id: userId, reserved_micro_usd: 0, cost_micro_usd: 0 };
    case 'generation_events':
      return mapped;
    case 'media_uses':
      return stored.has(String(row['media_id'])) ? { ...mapped, created_at: new Date().toISOString() } : undefined;
    case 'generations':
      break;
  }
  const isEnded = terminal.includes(String(row['status']));
  return {
    ...mapped,
    user_id: userId,
    retry_of: ours(row['retry_of']),
    delay_ms: 0,
    run_after: row['created_at'],
    status: isEnded ? row['status'] : 'cancelled',
    finished_at: row['finished_at'] ?? row['created_at'],
  };
}

/** Every string that is one of the old ids becomes the new one, at any depth: inputs and events name things as well. */
function rename(value: unknown, renamed: (id: string) => string): unknown {
  if (typeof value === 'string') return value.length === 36 ? renamed(value) : value;
  if (Array.isArray(value)) return value.map((each) => rename(each, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rename(each, renamed)]));
}
