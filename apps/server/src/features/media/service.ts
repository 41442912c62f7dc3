import type { Readable } from 'node:stream';
import type { MediaListQuery, MediaOrigin, MediaPage, MediaType, MediaVariant, MediaView } from '@octavo/contracts';
import { mediaVariants, usualLimits } from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { Db } from '#platform/db';
import { AppError } from '#platform/http';
import { type SafeFetch, SafeFetchError } from '#platform/safe-fetch';
import type { Storage } from '#platform/storage';
import { forProvider, type ProcessedImage, processImage, tooLarge } from './image/image-pipeline.ts';
import type { MediaRepository, MediaRow, MediaUser } from './repository.ts';
import type { SignedUrls } from './signed-urls.ts';

/** What a provider sends is not what a user may upload: a large PNG has a few million pixels. */
const generatedMaxBytes = 67_108_864;
const fetchTimeoutMs = 20_000;
const storeTries = 5;
const hourMs = 3_600_000;
const sweepBatch = 200;

export interface MediaService {
  upload(
    userId: string,
    image: { bytes: Buffer } | { base64: string } | { url: string },
    alt: string,
  ): Promise<MediaView>;
  list(userId: string, query: MediaListQuery): Promise<MediaPage>;
  get(userId: string, id: string): Promise<MediaView>;
  /** Those of the images that the user has, in the order of the ids. */
  views(userId: string, ids: string[]): Promise<MediaView[]>;
  setAlt(userId: string, id: string, alt: string): Promise<MediaView>;
  /** @throws AppError image_in_use */
  delete(userId: string, id: string): Promise<void>;

  /** For the owner, or for whoever holds a signed address; undefined for everybody and everything else. */
  find(
    id: string,
    variant: MediaVariant,
    by: { userId: string } | { expires: number; signature: string },
  ): Promise<{ mediaType: MediaType; etag: string; open: () => Promise<Readable> } | undefined>;

  /** The image as a vision or image model takes it: JPEG or PNG, at most 2048 × 2048 pixels, at most a few MB. */
  load(userId: string, id: string): Promise<{ bytes: Buffer; mediaType: 'image/jpeg' | 'image/png' }>;
  /** The stored original, byte for byte. */
  read(userId: string, id: string): Promise<{ bytes: Buffer; mediaType: MediaType }>;
  /**
   * Keeps an image that a provider made; `xmp` (a whole XMP packet) is written into it. Without a `use` it is removed
   * after a day, so that the images of a take that came to nothing do not stay.
   * @throws AppError when it is no image: the provider sent something wrong
   */
  storeGenerated(userId: string, image: { bytes: Uint8Array; alt: string; xmp?: string }): Promise<MediaView>;
  /** Keeps an image that came with an import; it is checked and re-encoded as every other. */
  storeImported(userId: string, image: { bytes: Buffer; alt: string; origin: MediaOrigin }): Promise<MediaView>;
  /**
   * Keeps images from being removed as long as the generation or the content exists. `on` lets it happen in the
   * transaction that creates the user. A second time changes nothing.
   * @throws AppError not_found when one of them is not the user's
   */
  use(userId: string, mediaIds: string[], user: MediaUser, on?: Db): Promise<void>;

  /** Removes images that nothing has used for a day, and files that no image points at. Any number may run at once. */
  sweep(limits?: { unusedForMs?: number; claimedForMs?: number }): Promise<void>;
}

export function createMediaService(deps: {
  repository: MediaRepository;
  storage: Storage;
  safeFetch: SafeFetch;
  signedUrls: SignedUrls;
  uploadMaxBytes: number;
}): MediaService {
  const { repository, storage, signedUrls, uploadMaxBytes } = deps;

  async function find(userId: string, id: string): Promise<MediaRow> {
    const row = await repository.find(userId, id);
    if (!row) throw new AppError('not_found', 'There is no such image.');
    return row;
  }

  const get = async (userId: string, id: string): Promise<MediaView> => present(await find(userId, id), signedUrls);

  /** The bytes are written between the claim and the insert; whatever stops in between, the sweep finds the claim. */
  async function store(userId: string, image: ProcessedImage, origin: MediaOrigin, alt: string): Promise<MediaView> {
    const { sha256, mediaType, width, height, original } = image;
    for (let tries = 0; tries < storeTries; tries += 1) {
      const fileId = await repository.claimFile({
        id: uuidv7(),
        sha256,
        mediaType,
        width,
        height,
        bytes: original.length,
      });
      for (const variant of mediaVariants) {
        await storage.put(keyOf({ sha256, fileId }, variant), image[variant], typeOf(mediaType, variant));
      }
      const id = uuidv7();
      if (await repository.insert({ id, userId, fileId, origin, alt })) return get(userId, id);
      // The sweep took the file away, for good; what we wrote under its name has no row any more.
      await deleteFile({ sha256, fileId });
    }
    throw new AppError('unavailable', 'The image could not be stored right now. Try again in a moment.');
  }

  async function deleteFile(file: { sha256: Buffer; fileId: string }): Promise<void> {
    for (const variant of mediaVariants) await storage.delete(keyOf(file, variant));
  }

  /** One file that cannot be removed does not keep the others; it is tried again with the next sweep. */
  async function removeMarkedFiles(): Promise<number> {
    const files = await repository.markedFiles(sweepBatch);
    const failures: unknown[] = [];
    for (const { id, sha256 } of files) {
      await deleteFile({ sha256, fileId: id })
        .then(() => repository.forgetFile(id))
        .catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} files could not be removed`);
    return files.length;
  }

  async function bytesOf(image: { bytes: Buffer } | { base64: string } | { url: string }): Promise<Buffer> {
    if ('bytes' in image) return image.bytes;
    if ('base64' in image) return decodeBase64(image.base64);
    try {
      const options = { maxBytes: uploadMaxBytes, timeoutMs: fetchTimeoutMs, accept: 'image/*' };
      return (await deps.safeFetch(image.url, options)).bytes;
    } catch (error) {
      if (!(error instanceof SafeFetchError)) throw error;
      if (error.kind === 'too_large') throw tooLarge(uploadMaxBytes);
      throw new AppError(error.kind === 'refused' ? 'url_refused' : 'url_failed', error.message);
    }
  }

  async function read(row: MediaRow): Promise<Buffer> {
    return storage.read(keyOf({ sha256: row.sha256, fileId: row.file_id }, 'original'));
  }

  return {
    get,

    async upload(userId, image, alt) {
      const processed = await processImage(await bytesOf(image), { maxBytes: uploadMaxBytes });
      return store(userId, processed, 'upload', alt);
    },

    async list(userId, query) {
      const { limit = usualLimits.media } = query;
      const rows = await repository.list(userId, query, limit);
      const shown = rows.slice(0, limit);
      return {
        media: shown.map((row) => present(row, signedUrls)),
        nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
        uploadMaxBytes,
      };
    },

    async views(userId, ids) {
      return (await repository.findMany(userId, ids)).map((row) => present(row, signedUrls));
    },

    async setAlt(userId, id, alt) {
      if (!(await repository.setAlt(userId, id, alt))) throw new AppError('not_found', 'There is no such image.');
      return get(userId, id);
    },

    async delete(userId, id) {
      const result = await repository.delete(userId, id);
      if (result.outcome === 'missing') throw new AppError('not_found', 'There is no such image.');
      if (result.outcome === 'used') {
        throw new AppError('image_in_use', `This image is used by “${result.by}”. Delete that first.`);
      }
    },

    async find(id, variant, by) {
      const isSigned = 'signature' in by;
      if (isSigned && !signedUrls.isValid(id, variant, by.expires, by.signature)) return undefined;
      const row = isSigned ? await repository.findForAnyone(id) : await repository.find(by.userId, id);
      if (!row) return undefined;
      return {
        mediaType: typeOf(row.media_type, variant),
        etag: `"${row.sha256.toString('hex')}-${variant}"`,
        open: () => storage.open(keyOf({ sha256: row.sha256, fileId: row.file_id }, variant)),
      };
    },

    async load(userId, id) {
      const row = await find(userId, id);
      return forProvider(await read(row), { mediaType: row.media_type, width: row.width, height: row.height });
    },

    async read(userId, id) {
      const row = await find(userId, id);
      return { bytes: await read(row), mediaType: row.media_type };
    },

    async storeGenerated(userId, { bytes, alt, xmp }) {
      const processed = await processImage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
        maxBytes: generatedMaxBytes,
        ...(xmp !== undefined && { xmp }),
      });
      return store(userId, processed, 'generated', alt);
    },

    async storeImported(userId, { bytes, alt, origin }) {
      return store(userId, await processImage(bytes, { maxBytes: generatedMaxBytes }), origin, alt);
    },

    async use(userId, mediaIds, user, on) {
      const wanted = new Set(mediaIds);
      if (wanted.size === 0) return;
      const found = await repository.addUses(userId, [...wanted], user, on);
      if (found !== wanted.size) throw new AppError('not_found', 'There is no such image.');
    },

    async sweep({ unusedForMs = 24 * hourMs, claimedForMs = hourMs } = {}) {
      await inBatches(() => repository.deleteUnused(unusedForMs, sweepBatch));
      await inBatches(() => repository.markOrphanedFiles(claimedForMs, sweepBatch));
      await inBatches(removeMarkedFiles);
      await storage.removeIncomplete();
    },
  };
}

/** A full batch means that there may be more. */
async function inBatches(work: () => Promise<number>): Promise<void> {
  let done: number;
  do done = await work();
  while (done === sweepBatch);
}

/**
 * The content names the file. The id behind it tells a file that is being removed from the same bytes stored anew:
 * removing, however late it happens, can never hit what somebody stores meanwhile.
 */
function keyOf({ sha256, fileId }: { sha256: Buffer; fileId: string }, variant: MediaVariant): string {
  const hex = sha256.toString('hex');
  return `${hex.slice(0, 2)}/${hex}.${fileId}.${variant}`;
}

const typeOf = (original: MediaType, variant: MediaVariant): MediaType =>
  variant === 'original' ? original : 'image/webp';

/** Node skips what is not base64 without a word; then fewer bytes come out than the length promises. */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (bytes.length !== Math.floor(((text.length - padding) * 3) / 4)) {
    const message = 'must be plain base64, without line breaks and without data:';
    throw new AppError('validation_failed', `body.base64 ${message}`, { fields: [{ path: 'body.base64', message }] });
  }
  return bytes;
}

function present(row: MediaRow, signedUrls: SignedUrls): MediaView {
  const { urls, expireAt } = signedUrls.for(row.id);
  return {
    id: row.id,
    origin: row.origin,
    mediaType: row.media_type,
    width: row.width,
    height: row.height,
    bytes: row.bytes,
    alt: row.alt,
    createdAt: row.created_at.toISOString(),
    urls,
    urlsExpireAt: expireAt.toISOString(),
  };
}
