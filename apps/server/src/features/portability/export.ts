import type { FileHandle } from 'node:fs/promises';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { MediaService } from '#features/media';
import { AppError } from '#platform/http';
import { formatName, formatVersion, type Manifest } from './format.ts';
import type { PortabilityRepository } from './repository.ts';

const extensions: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' };

/** Writes everything of a user into a ZIP. @returns its size in bytes @throws AppError payload_too_large */
export async function writeExport(
  deps: { repository: PortabilityRepository; media: Pick<MediaService, 'read'>; now: () => Date },
  userId: string,
  file: FileHandle,
): Promise<number> {
  const zip = createZipWriter(file);
  const counts: Manifest['counts'] = {};

  await deps.repository.snapshot(async (reader) => {
    await zip.add('profile.json', [JSON.stringify((await reader.profile(userId)) ?? {}, null, 2)]);
    const images: Array<{ id: string; origin: string; alt: string; file: string }> = [];
    for (const image of await reader.media(userId)) {
      const read = await deps.media.read(userId, image.id).catch((error: unknown) => {
        // Deleted since the snapshot.
        if (error instanceof AppError && error.code === 'not_found') return undefined;
        throw error;
      });
      if (!read) continue;
      const { bytes, mediaType } = read;
      const name = `images/${image.id}.${extensions[mediaType] ?? 'bin'}`;
      await zip.add(name, [bytes]);
      images.push({ ...image, file: name });
    }
    await zip.add('media.ndjson', images.map(toLine));
    counts['media'] = images.length;

    for (const { name, owner, isKnown } of await reader.tables()) {
      let count = 0;
      async function* lines() {
        for await (const rows of reader.rowsOf(name, owner, userId)) {
          count += rows.length;
          yield rows.map(toLine).join('');
        }
      }
      await zip.add(isKnown ? `${name}.ndjson` : `other/${name}.ndjson`, lines());
      counts[name] = count;
    }
  });

  const manifest: Manifest = {
    format: formatName,
    version: formatVersion,
    exportedAt: deps.now().toISOString(),
    counts,
  };
  await zip.add('manifest.json', [JSON.stringify(manifest, null, 2)]);
  return zip.end();
}

const toLine = (row: object): string => `${JSON.stringify(row)}\n`;

/** What a ZIP can say of itself in its fields of 32 and 16 bits. */
const zipLimits = { bytes: 0xffff_fffe, entries: 0xfffe };

/** @throws AppError payload_too_large, before it would be a ZIP that cannot be read */
export function createZipWriter(file: FileHandle, limits = zipLimits) {
  let entries = 0;
  let waiting: Uint8Array[] = [];
  let failure: Error | undefined;
  let bytes = 0;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else waiting.push(chunk);
  });

  async function flush(): Promise<void> {
    if (failure) throw failure;
    if (bytes + waiting.reduce((sum, chunk) => sum + chunk.length, 0) > limits.bytes) throw tooLarge(limits);
    const chunks = waiting;
    waiting = [];
    for (const chunk of chunks) {
      await file.write(chunk, 0, chunk.length, bytes);
      bytes += chunk.length;
    }
  }

  return {
    /** Images are compressed already; text is worth it. */
    async add(name: string, parts: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>): Promise<void> {
      entries += 1;
      if (entries > limits.entries) throw tooLarge(limits);
      let size = 0;
      const entry = name.startsWith('images/') ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
      zip.add(entry);
      for await (const part of parts) {
        const chunk = typeof part === 'string' ? Buffer.from(part) : part;
        size += chunk.length;
        if (size > limits.bytes) throw tooLarge(limits);
        entry.push(chunk);
        await flush();
      }
      entry.push(new Uint8Array(), true);
      await flush();
    },
    async end(): Promise<number> {
      zip.end();
      await flush();
      return bytes;
    },
  };
}

function tooLarge({ bytes, entries }: typeof zipLimits): AppError {
  return new AppError(
    'payload_too_large',
    `The account holds more than fits into one ZIP: at most ${Math.ceil(bytes / 1_073_741_824)} GiB and ${entries} files. Download images that you no longer need here one by one, delete them, and export again.`,
  );
}
