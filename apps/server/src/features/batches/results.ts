import { Readable } from 'node:stream';
import type { ContentType, MediaView, Provenance } from '@octavo/contracts';
import { stringify } from 'csv-stringify/sync';
import { Zip, ZipDeflate, type ZipInputFile, ZipPassThrough } from 'fflate';
import { markdownFile, presentProvenance } from '#features/provenance';
import { AppError } from '#platform/http';
import type { ResultRecord } from './repository.ts';

export interface ResultDeps {
  /** Rows after `after`, in their order. */
  results: (batchId: string, after: number, limit: number) => Promise<ResultRecord[]>;
  images: {
    views: (userId: string, ids: string[]) => Promise<MediaView[]>;
    read: (userId: string, id: string) => Promise<{ bytes: Uint8Array }>;
  };
}

interface Exported {
  id: string;
  user_id: string;
  content_type: ContentType;
  columns: string[];
}

type Result = Omit<ResultRecord, 'images'> & { images: MediaView[] };

/** Texts are up to 200,000 characters long: so many are held at once. */
const pageSize = 20;

/** Well below the 4 GiB at which an archive would need the Zip64 format. */
export const maxZipImageBytes = 2_147_483_648;

/**
 * The table with more columns: status, text, error, the addresses of the images, which work for as long as signed
 * addresses do, and where all that comes from. RFC 4180 in UTF-8, with a byte order mark because spreadsheets guess wrong without one; a cell
 * that a spreadsheet would take for a formula gets an apostrophe in front.
 */
export function resultsAsCsv(deps: ResultDeps, batch: Exported, origin: string): Readable {
  return Readable.from(
    csvOf(deps, batch, ({ images }) => images.map((image) => origin + image.urls.original)),
    {
      objectMode: false,
    },
  );
}

/**
 * A Markdown file for each text, which says where its words come from, the images, and the table with their names; made while it is read.
 * @throws AppError payload_too_large when the images are more than an archive should hold
 */
export async function resultsAsZip(deps: ResultDeps, batch: Exported): Promise<Readable> {
  let bytes = 0;
  for await (const { images } of resultsOf(deps, batch)) for (const image of images) bytes += image.bytes;
  if (bytes > maxZipImageBytes) {
    throw new AppError(
      'payload_too_large',
      'The images of this batch are more than 2 GiB together: too much for one ZIP file. The CSV has their addresses.',
    );
  }
  return Readable.from(zipOf(filesOf(deps, batch)), { objectMode: false });
}

async function* resultsOf(deps: ResultDeps, batch: Exported): AsyncGenerator<Result> {
  let after = 0;
  for (;;) {
    const page = await deps.results(batch.id, after, pageSize);
    const ids = page.flatMap((row) => row.images);
    const views = new Map((await deps.images.views(batch.user_id, ids)).map((image) => [image.id, image]));
    for (const row of page) yield { ...row, images: row.images.flatMap((id) => views.get(id) ?? []) };
    after += page.length;
    if (page.length < pageSize) return;
  }
}

async function* csvOf(deps: ResultDeps, batch: Exported, imagesOf: (row: Result) => string[]): AsyncGenerator<Buffer> {
  const { columns } = batch;
  const own = ['status', 'text', 'error', 'images', 'provider', 'model', 'digitalSourceType'].map((name) =>
    columns.includes(name) ? freeName(name) : name,
  );
  yield Buffer.from(`\uFEFF${toCsvLine([...columns, ...own])}`);
  for await (const row of resultsOf(deps, batch)) {
    const values = columns.map((column) => row.values[column] ?? '');
    const { provider, model, digitalSourceType } = provenanceOf(row) ?? {};
    const madeBy = [provider, model, digitalSourceType].map((fact) => fact ?? '');
    yield Buffer.from(toCsvLine([...values, row.state, row.text, row.error ?? '', imagesOf(row).join(' '), ...madeBy]));
  }

  function freeName(name: string): string {
    let free = `result ${name}`;
    while (columns.includes(free)) free += '_';
    return free;
  }
}

/** One line of CSV, its end included. */
export function toCsvLine(cells: string[]): string {
  return stringify([cells], {
    record_delimiter: '\r\n',
    escape_formulas: true,
    // The library quotes only what holds its own line end, and a line of one empty cell would be no line.
    quoted_match: /[\r\n]/,
    quoted_empty: cells.length === 1,
  });
}

interface ZipFile {
  name: string;
  /** Worth compressing; images are compressed already. */
  isText: boolean;
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

async function* filesOf(deps: ResultDeps, batch: Exported): AsyncGenerator<ZipFile> {
  for await (const row of resultsOf(deps, batch)) {
    if (row.state === 'completed' && row.text !== '') {
      const { content_id: contentId, version, title, text: generatedText } = row;
      const markdown = markdownFile({
        id: contentId ?? '',
        version: version ?? 0,
        provenance: provenanceOf(row),
        title: title ?? '',
        contentType: batch.content_type,
        generatedText,
      });
      yield { name: `${fileName(row)}.md`, isText: true, parts: [Buffer.from(markdown)] };
    }
    for (const [index, image] of row.images.entries()) {
      const { bytes } = await deps.images.read(batch.user_id, image.id);
      yield { name: imageName(row, image, index), isText: false, parts: [bytes] };
    }
  }
  const names = (row: Result) => row.images.map((image, index) => imageName(row, image, index));
  yield { name: 'results.csv', isText: true, parts: csvOf(deps, batch, names) };
}

function provenanceOf({ provider, model, hash, is_edited, version_at }: Result): Provenance | null {
  if (hash === null || is_edited === null || version_at === null) return null;
  return presentProvenance({ provider, model, hash, is_edited, updated_at: version_at });
}

async function* zipOf(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, bytes) => {
    if (error) failure = error;
    else ready.push(bytes);
  });
  for await (const { name, isText, parts } of files) {
    const file: ZipInputFile & { push(bytes: Uint8Array, isLast?: boolean): void } = isText
      ? new ZipDeflate(name)
      : new ZipPassThrough(name);
    zip.add(file);
    for await (const part of parts) {
      file.push(part);
      yield* taken();
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  yield* taken();

  function taken(): Uint8Array[] {
    if (failure) throw failure;
    const bytes = ready;
    ready = [];
    return bytes;
  }
}

/** Its row's number and what of the title every file system takes. */
function fileName({ number, title }: Result): string {
  const words = toFileName(title ?? '');
  return `${String(number).padStart(4, '0')}${words === '' ? '' : `-${words}`}`;
}

function imageName(row: Result, { mediaType }: MediaView, index: number): string {
  const extension = mediaType === 'image/jpeg' ? 'jpg' : mediaType.slice('image/'.length);
  return `images/${fileName(row)}-${index + 1}.${extension}`;
}

/** Letters and digits of any script with single hyphens between them; at most 60 characters; perhaps none. */
export function toFileName(title: string): string {
  const words = title.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...words.join('-')].slice(0, 60).join('').replace(/-$/, '');
}
