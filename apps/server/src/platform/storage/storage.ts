import { Readable } from 'node:stream';
import { Disk } from 'flydrive';
import type { DriverContract } from 'flydrive/types';
import { AtomicFsDriver } from './atomic-fs-driver.ts';

export interface StorageSettings {
  /** Used when there is no bucket. */
  folder: string;
  s3:
    | {
        bucket: string;
        region: string;
        endpoint: string | undefined;
        forcePathStyle: boolean;
        credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
      }
    | undefined;
}

/** The store could not do it: the disk is full, the bucket does not answer, or the file is gone. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** Files by key: on disk, or in a bucket that speaks S3. Every call ends within `timeoutMs` or fails. */
export interface Storage {
  /** Whole or not at all: nobody ever reads half a file, not after a crash either. An existing one is replaced. */
  put(key: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  /** @throws StorageError when there is no such file, too */
  read(key: string): Promise<Buffer>;
  /**
   * For answers: the file as it is read. Resolves once the first bytes are there, so that a missing file is an error
   * here and not in the middle of an answer.
   */
  open(key: string): Promise<Readable>;
  /** Removing what is not there is no error. */
  delete(key: string): Promise<void>;
  /** Removes what crashed writers left aside. */
  removeIncomplete(): Promise<void>;
}

const incompleteForMs = 3_600_000;

export async function createStorage(
  settings: StorageSettings,
  { timeoutMs = 15_000 }: { timeoutMs?: number } = {},
): Promise<Storage> {
  // The S3 client is large; who stores on disk never loads it.
  const driver: DriverContract & { removeIncomplete?: AtomicFsDriver['removeIncomplete'] } = settings.s3
    ? (await import('./s3-driver.ts')).createS3Driver(settings.s3, timeoutMs)
    : new AtomicFsDriver(settings.folder);
  const disk = new Disk(driver);

  async function open(key: string): Promise<Readable> {
    const source = await inTime(disk.getStream(key), timeoutMs);
    const chunks = chunksInTime(source, timeoutMs);
    const first = await chunks.next();
    async function* all(): AsyncGenerator<Buffer> {
      try {
        if (!first.done) yield first.value;
        yield* chunks;
      } finally {
        source.destroy();
      }
    }
    return Readable.from(all(), { objectMode: false });
  }

  return {
    open: (key) => named('read', key, open(key)),
    read: (key) => named('read', key, open(key).then(collect)),
    put: (key, bytes, contentType) => named('write', key, inTime(disk.put(key, bytes, { contentType }), timeoutMs)),
    delete: (key) => named('delete', key, inTime(disk.delete(key), timeoutMs)),
    removeIncomplete: () => driver.removeIncomplete?.(incompleteForMs) ?? Promise.resolve(),
  };
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The clock runs only while the store is waited for, not while a slow reader takes its time. */
async function* chunksInTime(source: Readable, timeoutMs: number): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const { done, value } = await inTime(iterator.next(), timeoutMs);
      if (done) return;
      yield value;
    }
  } finally {
    source.destroy();
  }
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function named<T>(what: string, key: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new StorageError(`cannot ${what} ${key}`, { cause: error });
  }
}
