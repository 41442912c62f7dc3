import type { ReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ImportResult } from '@octavo/contracts';
import type { MediaService } from '#features/media';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import { writeExport } from './export.ts';
import { readImport } from './import.ts';
import type { PortabilityRepository } from './repository.ts';
import { createSlots, createTurns } from './slots.ts';
import { openSpool } from './spool.ts';

/** Everything of an account as one ZIP, and back. */
export interface Portability {
  /**
   * Closes its file when it was read to the end, left, or read too slowly.
   * @throws AppError too_many_requests until then, payload_too_large
   */
  export(userId: string): Promise<{ stream: Readable; bytes: number }>;
  /** @throws AppError payload_too_large, validation_failed, too_many_requests */
  import(userId: string, body: Readable): Promise<ImportResult>;
}

/** Reading or writing everything of an account takes time and a connection. */
const maxAtWork = 2;
/** Each has a file on the disk from its first byte until its last. */
const maxExports = 4;
const maxImports = 4;
/** A download that moves on by less than this in that time is over; what is on its way counts as read. */
const leastBytes = 262_144;
const defaultStallMs = 300_000;
const imageBytes = 67_108_864;
/** The longest row: a text of the largest size, each character escaped. */
const lineBytes = 16_777_216;

export function createPortability(deps: {
  repository: PortabilityRepository;
  audit: Audit;
  media: Pick<MediaService, 'read' | 'storeImported'>;
  dataFolder: string;
  /** Of an uploaded ZIP; what it holds may be four times as large. */
  importMaxBytes: number;
  /** How long a download may stand still. */
  stallMs?: number;
}): Portability {
  const busy = 'is under way. Try again in a moment.';
  const takeExport = createSlots(maxExports, `An export ${busy}`);
  const takeImport = createSlots(maxImports, `An import ${busy}`);
  const inTurn = createTurns(maxAtWork);

  return {
    async export(userId) {
      const release = takeExport(userId);
      let file: FileHandle | undefined;
      try {
        const spool = (file = await openSpool(deps.dataFolder));
        const bytes = await inTurn(() => writeExport({ ...deps, now: () => new Date() }, userId, spool));
        await deps.audit({ action: 'account.exported', details: { bytes } });
        const stream = spool.createReadStream({ start: 0 });
        // The file is there for as long as somebody reads it.
        stream.once('close', release);
        endWhenStalled(stream, deps.stallMs ?? defaultStallMs);
        return { stream, bytes };
      } catch (error) {
        release();
        await file?.close();
        throw error;
      }
    },

    async import(userId, body) {
      const release = takeImport(userId);
      let file: FileHandle | undefined;
      try {
        const spool = (file = await openSpool(deps.dataFolder));
        // However slowly it comes, nobody waits for it but its sender.
        await receive(body, spool, deps.importMaxBytes);
        const limits = { totalBytes: 4 * deps.importMaxBytes, imageBytes, lineBytes };
        const result = await inTurn(() => readImport({ ...deps, limits }, userId, spool));
        await deps.audit({ action: 'account.imported', details: { ...result } });
        return result;
      } finally {
        release();
        await file?.close();
      }
    },
  };
}

function endWhenStalled(stream: ReadStream, stallMs: number): void {
  let before = 0;
  const timer = setInterval(() => {
    if (stream.bytesRead - before < leastBytes) stream.destroy(new Error('the download has stalled'));
    before = stream.bytesRead;
  }, stallMs);
  timer.unref();
  stream.once('close', () => clearInterval(timer));
}

async function receive(body: Readable, file: FileHandle, maxBytes: number): Promise<void> {
  let position = 0;
  try {
    // Leaving early must not end the connection: the answer goes over it.
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (position + chunk.length > maxBytes) {
        throw new AppError('payload_too_large', `The ZIP is larger than ${Math.floor(maxBytes / 1_048_576)} MiB.`);
      }
      await file.write(chunk, 0, chunk.length, position);
      position += chunk.length;
    }
  } finally {
    // What is still to come is read and dropped, or the next request on this connection would wait behind it for ever.
    body.resume();
  }
}
