import type { FileHandle } from 'node:fs/promises';
import type { ImportResult } from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { MediaService } from '#features/media';
import { manifest, type Row, rowSchemas, type TableName, tableNames } from './format.ts';
import { invalid, readZip, type ZipLimits, type ZipPart } from './read-zip.ts';
import type { PortabilityRepository } from './repository.ts';

const batch = 200;
const maxRows: Record<TableName, number> = {
  media: 20_000,
  contents: 100_000,
  generations: 200_000,
  generation_attempts: 600_000,
  generation_events: 5_000_000,
  content_versions: 300_000,
  batches: 10_000,
  batch_rows: 200_000,
  media_uses: 400_000,
};
const terminal = ['completed', 'failed', 'cancelled'];

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
  const { ids, images, histories } = await check(parts(() => true));
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
        const row = convert(table, parse(table, part.line), { userId, ids, stored, histories });
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

/** What a content says of its versions, and which there are. */
interface History {
  version: number;
  last: number;
  pending: number | null;
  numbers: Set<number>;
}

function fitsTogether({ version, last, pending, numbers }: History): boolean {
  if (numbers.size === 0) return true;
  const isThere = (number: number) => number === 0 || numbers.has(number);
  return isThere(version) && isThere(pending ?? 0) && Math.max(...numbers) <= last;
}

/** Reads everything once and keeps only what ties rows together. */
async function check(parts: AsyncIterable<ZipPart>) {
  /** Old ids and their new ones; those of images come when they are stored. */
  const ids = new Map<string, string>();
  const images = new Map<string, Row<'media'>>();
  const imageFiles = new Set<string>();
  const counts = new Map<TableName, number>();
  const contents = new Set<string>();
  const histories = new Map<string, History>();
  const batches = new Set<string>();
  const generations = new Set<string>();
  const mediaIds = new Set<string>();
  const ends = new Set<string>();
  const keys = new Set<string>();
  let hasManifest = false;

  const isNew = (key: string) => {
    if (keys.has(key)) throw invalid('names the same thing twice');
    keys.add(key);
  };
  const known = (set: Set<string>, id: string) => {
    if (!set.has(id)) throw invalid('names something that it does not hold');
  };

  for await (const part of parts) {
    if (part.kind === 'other' || part.kind === 'profile') continue;
    if (part.kind === 'image') {
      imageFiles.add(part.name);
      continue;
    }
    if (part.kind === 'manifest') {
      const parsed = manifest.safeParse(parseJson(part.line));
      if (!parsed.success) throw invalid('is no export of an account that this version can read');
      hasManifest = true;
      continue;
    }
    const { kind } = part;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (count > maxRows[kind]) throw invalid(`holds too many rows in ${kind}`);
    if (kind === 'media') {
      const row = parse(kind, part.line);
      isNew(`media ${row.id}`);
      isNew(`file ${row.file}`);
      images.set(row.file, row);
      mediaIds.add(row.id);
    } else if (kind === 'contents') {
      const row = parse(kind, part.line);
      isNew(row.id);
      contents.add(row.id);
      histories.set(row.id, {
        version: row.version,
        last: row.last_version,
        pending: row.pending_version,
        numbers: new Set(),
      });
      ids.set(row.id, newId(row.created_at));
    } else if (kind === 'generations') {
      const row = parse(kind, part.line);
      isNew(row.id);
      known(contents, row.content_id);
      generations.add(row.id);
      ids.set(row.id, newId(row.created_at));
      if (row.retry_of !== null) isNew(`retry of ${row.retry_of}`);
    } else if (kind === 'generation_attempts') {
      const row = parse(kind, part.line);
      known(generations, row.generation_id);
      isNew(`attempt ${row.generation_id} ${row.attempt}`);
    } else if (kind === 'generation_events') {
      const row = parse(kind, part.line);
      known(generations, row.generation_id);
      if (terminal.includes(row.type)) {
        if (ends.has(row.generation_id)) throw invalid('ends a generation twice');
        ends.add(row.generation_id);
      }
    } else if (kind === 'content_versions') {
      const row = parse(kind, part.line);
      known(contents, row.content_id);
      isNew(`version ${row.content_id} ${row.number}`);
      histories.get(row.content_id)?.numbers.add(row.number);
    } else if (kind === 'batches') {
      const row = parse(kind, part.line);
      isNew(row.id);
      batches.add(row.id);
      ids.set(row.id, newId(row.created_at));
    } else if (kind === 'batch_rows') {
      const row = parse(kind, part.line);
      known(batches, row.batch_id);
      isNew(`row ${row.batch_id} ${row.number}`);
    } else {
      const row = parse(kind, part.line);
      known(mediaIds, row.media_id);
      if ((row.generation_id === null) === (row.content_id === null)) throw invalid('is not valid in media_uses');
      if (row.generation_id !== null) known(generations, row.generation_id);
      if (row.content_id !== null) known(contents, row.content_id);
    }
  }
  if (!hasManifest) throw invalid('is no export of an account: it has no manifest');
  for (const name of images.keys()) known(imageFiles, name);
  for (const history of histories.values()) {
    if (!fitsTogether(history)) throw invalid('holds a text whose versions do not fit together');
  }
  return { ids, images, histories };
}

/** A row as it is stored here: the user's own, under new ids, and never unfinished. */
function convert(
  table: Exclude<TableName, 'media'>,
  row: Record<string, unknown>,
  {
    userId,
    ids,
    stored,
    histories,
  }: { userId: string; ids: Map<string, string>; stored: Map<string, string>; histories: Map<string, History> },
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
      const isEnded = row['status'] !== 'running' && row['status'] !== 'paused';
      return {
        ...mapped,
        user_id: userId,
        ...(!isEnded && { status: 'cancelled', paused_reason: null, ended_at: new Date().toISOString() }),
      };
    }
    case 'batch_rows':
      return { ...mapped, content_id: ours(row['content_id']) };
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

function parse<Name extends TableName>(table: Name, line: string): Row<Name> {
  const parsed = rowSchemas[table].safeParse(parseJson(line));
  if (parsed.success) return parsed.data as Row<Name>;
  const [issue] = parsed.error.issues;
  throw invalid(`is not valid in ${table}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw invalid('holds a line that is not JSON');
  }
}

/** Lists go by id, which goes by time: what is old stays old. */
function newId(createdAt: string): string {
  const msecs = Date.parse(createdAt);
  return uuidv7({ msecs: Math.min(Math.max(0, msecs), Date.now()) });
}
