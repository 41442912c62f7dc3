import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { Unzip, UnzipInflate } from 'fflate';
import { AppError } from '#platform/http';
import { kindOf } from './format.ts';

/** Small, because a chunk may inflate a thousandfold before anybody can look. */
const chunkBytes = 16_384;
const maxEntries = 100_000;
/** Parts that are handed on in one turn of the event loop. */
const giveWayEvery = 100;

export interface ZipLimits {
  /** Of everything, inflated. */
  totalBytes: number;
  imageBytes: number;
  lineBytes: number;
}

export type ZipPart =
  | { kind: 'image'; name: string; bytes: Buffer }
  | { kind: Exclude<ReturnType<typeof kindOf>, undefined | 'image'>; name: string; line: string };

/**
 * The parts of an uploaded ZIP in their order: images whole, everything else line by line (JSON files as one line). What
 * a header says of sizes is not believed; bytes are counted as they come. Names are looked up in a list and never become
 * paths.
 * @throws AppError validation_failed, payload_too_large
 */
export async function* readZip(
  file: FileHandle,
  limits: ZipLimits,
  wanted: (kind: ZipPart['kind']) => boolean,
): AsyncGenerator<ZipPart> {
  const ready: ZipPart[] = [];
  const names = new Set<string>();
  let total = 0;
  let open = 0;

  const unzip = new Unzip((entry) => {
    const { name } = entry;
    const kind = kindOf(name);
    if (names.has(name) || names.size >= maxEntries) throw invalid('holds a file twice, or too many files');
    names.add(name);
    if (!kind) throw invalid('holds a file that is no part of an export');
    if (!wanted(kind)) return;
    const isWhole = kind === 'image' || kind === 'manifest' || kind === 'profile';
    const limit = kind === 'image' ? limits.imageBytes : limits.lineBytes;
    let chunks: Uint8Array[] = [];
    let size = 0;

    const finish = (): void => {
      const bytes = Buffer.concat(chunks, size);
      chunks = [];
      size = 0;
      if (kind === 'image') ready.push({ kind, name, bytes });
      else if (bytes.length > 0) ready.push({ kind, name, line: bytes.toString('utf8') });
    };
    const take = (chunk: Uint8Array): void => {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      // The library may write over its memory again.
      if (chunk.length > 0) chunks.push(Uint8Array.from(chunk));
    };

    open += 1;
    entry.ondata = (error, chunk, isLast) => {
      if (error) throw error;
      total += chunk.length;
      if (total > limits.totalBytes) throw tooLarge();
      if (isWhole) take(chunk);
      else {
        let rest = chunk;
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
          take(rest.subarray(0, end));
          finish();
          rest = rest.subarray(end + 1);
        }
        take(rest);
      }
      if (!isLast) return;
      finish();
      open -= 1;
    };
    entry.start();
  });
  unzip.register(UnzipInflate);

  const { size: fileBytes } = await file.stat();
  const buffer = Buffer.alloc(chunkBytes);
  for (let position = 0; position < fileBytes;) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, position);
    position += bytesRead;
    const isLast = bytesRead === 0 || position >= fileBytes;
    try {
      unzip.push(Uint8Array.from(buffer.subarray(0, bytesRead)), isLast);
    } catch (error) {
      throw error instanceof AppError ? error : invalid('is damaged, or is no ZIP');
    }
    for (const [index, part] of ready.splice(0).entries()) {
      // One chunk may hold a hundred thousand lines, and everybody else waits for each of them.
      if (index % giveWayEvery === giveWayEvery - 1) await setImmediate();
      yield part;
    }
    if (isLast) break;
  }
  if (names.size === 0 || open > 0) throw invalid('is damaged, or is no ZIP');
}

export function invalid(message: string): AppError {
  return new AppError('validation_failed', `body ${message}`, { fields: [{ path: 'body', message }] });
}

function tooLarge(): AppError {
  return new AppError('payload_too_large', 'The ZIP holds more than an import takes.');
}
