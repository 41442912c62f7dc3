import { randomBytes } from 'node:crypto';
import { maxBatchColumns, maxBatchRows } from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import { manifest, type Row, rowSchemas, type TableName } from './format.ts';
import { invalid, type ZipPart } from './read-zip.ts';

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
/** A generation in one of these has ended. */
export const terminal = ['completed', 'failed', 'cancelled'];

/** What a content says of its versions, and which there are. */
export interface History {
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

/** What ties the rows of an export together. */
export type Checked = Awaited<ReturnType<typeof checkImport>>;

/**
 * Reads everything once and keeps only what ties rows together.
 * @throws AppError validation_failed
 */
export async function checkImport(parts: AsyncIterable<ZipPart>) {
  /** Old ids and their new ones; those of images come when they are stored. */
  const ids = new Map<string, string>();
  const images = new Map<string, Row<'media'>>();
  const imageFiles = new Set<string>();
  const counts = new Map<TableName, number>();
  /** The latest generation of each. */
  const contents = new Map<string, string | null>();
  const histories = new Map<string, History>();
  const batches = new Set<string>();
  /** Under their new ids. */
  const drafts = new Set<string>();
  const generations = new Set<string>();
  const mediaIds = new Set<string>();
  const ends = new Set<string>();
  const keys = new Set<string>();
  let hasManifest = false;

  const isNew = (key: string) => {
    if (keys.has(key)) throw invalid('names the same thing twice');
    keys.add(key);
  };
  const known = (set: Pick<Set<string>, 'has'>, id: string) => {
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
      contents.set(row.id, row.generation_id);
      histories.set(row.id, {
        version: row.version,
        last: row.last_version,
        pending: row.pending_version,
        numbers: new Set(),
      });
      ids.set(row.id, newId(row.id));
    } else if (kind === 'generations') {
      const row = parse(kind, part.line);
      isNew(row.id);
      known(contents, row.content_id);
      generations.add(row.id);
      ids.set(row.id, newId(row.id));
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
      const id = newId(row.id);
      ids.set(row.id, id);
      if (row.status === 'draft') drafts.add(id);
    } else if (kind === 'batch_rows') {
      const row = parse(kind, part.line);
      known(batches, row.batch_id);
      isNew(`row ${row.batch_id} ${row.number}`);
      if (row.number > maxBatchRows) throw invalid(`holds a batch of more than ${maxBatchRows} rows`);
      if (Object.keys(row.values).length > maxBatchColumns) throw invalid('holds a batch of too many columns');
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
  /** New ids of contents that a generation was asked for. */
  const asked = new Set<string>();
  for (const [content, generation] of contents) {
    const id = ids.get(content);
    if (id !== undefined && generation !== null && generations.has(generation)) asked.add(id);
  }
  return { ids, images, histories, drafts, asked };
}

/** @throws AppError validation_failed */
export function parse<Name extends TableName>(table: Name, line: string): Row<Name> {
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

/**
 * Lists go by id, and a UUIDv7 begins with its time and what tells those of one millisecond apart: what came first stays
 * first. A time that has not come yet is no time.
 */
function newId(old: string): string {
  const milliseconds = Number.parseInt(old.slice(0, 8) + old.slice(9, 13), 16);
  if (old[14] !== '7' || milliseconds > Date.now()) return uuidv7();
  return old.slice(0, 26) + randomBytes(5).toString('hex');
}
