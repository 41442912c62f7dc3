import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ImportResult } from '@octavo/contracts';
import type { MediaService } from '#features/media';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import { writeExport } from './export.ts';
import { readImport } from './import.ts';
import type { PortabilityRepository } from './repository.ts';
import { openSpool } from './spool.ts';

/** Everything of an account as one ZIP, and back. */
export interface Portability {
  /** Closes its file when it was read to the end, or left. */
  export(userId: string): Promise<{ stream: Readable; bytes: number }>;
  /** @throws AppError payload_too_large, validation_failed */
  import(userId: string, body: Readable): Promise<ImportResult>;
}

const maxAtOnce = 2;
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
}): Portability {
  const busy = new Set<string>();

  /** These take disk, time and a connection: one for each user, two for all. */
  async function alone<T>(userId: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
    if (busy.has(userId) || busy.size >= maxAtOnce) {
      throw new AppError('too_many_requests', 'An export or import is under way. Try again in a moment.', {
        retryAfterSeconds: 10,
      });
    }
    busy.add(userId);
    let file: FileHandle | undefined;
    try {
      file = await openSpool(deps.dataFolder);
      return await work(file);
    } catch (error) {
      await file?.close();
      throw error;
    } finally {
      busy.delete(userId);
    }
  }

  return {
    export: (userId) =>
      alone(userId, async (file) => {
        const bytes = await writeExport({ ...deps, now: () => new Date() }, userId, file);
        await deps.audit({ action: 'account.exported', details: { bytes } });
        return { stream: file.createReadStream({ start: 0 }), bytes };
      }),

    import: (userId, body) =>
      alone(userId, async (file) => {
        await receive(body, file, deps.importMaxBytes);
        const limits = { totalBytes: 4 * deps.importMaxBytes, imageBytes, lineBytes };
        const result = await readImport({ ...deps, limits }, userId, file);
        await file.close();
        await deps.audit({ action: 'account.imported', details: { ...result } });
        return result;
      }),
  };
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
