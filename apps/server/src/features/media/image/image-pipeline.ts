import { createHash } from 'node:crypto';
import type { MediaType } from '@octavo/contracts';
import type { Metadata, Sharp } from 'sharp';
import { AppError } from '#platform/http';
import { acceptedKindOf, nameOfOtherKind, secondNature } from './image-kind.ts';
import { loadSharp } from './load-sharp.ts';
import { createSlots } from './slots.ts';

export const maxPixels = 50_000_000;
/** JPEG ends at 65,535 pixels a side (and WebP at 16,383). */
const maxSide = 65_500;
const maxWebpSide = 16_383;
const variantSides = { large: 1024, small: 320 } as const;
/** What providers accept at most in one request is near 20 MB in base64, and none looks at more pixels than this. */
const providerSide = 2048;

/** Everything that is stored of one image. */
export interface ProcessedImage {
  sha256: Buffer;
  mediaType: MediaType;
  width: number;
  height: number;
  original: Buffer;
  large: Buffer;
  small: Buffer;
}

// Two at once leave the other threads of libuv's pool to files and passwords; one of the largest goes alone: it takes
// 0.3 GB while it lasts, with transparency 0.7.
const slots = createSlots(maxPixels);
const weightOf = ({ width, height }: { width: number; height: number }): number =>
  Math.max(width * height, maxPixels / 2);
const workSeconds = 30;

/**
 * Makes of any accepted image the one that is kept: first frame, upright, sRGB, without metadata; JPEG, or WebP (PNG
 * beyond WebP's size) when it has transparency. `xmp` is written into the original as its only metadata.
 * @throws AppError naming what is wrong
 */
export async function processImage(
  bytes: Buffer,
  { maxBytes, xmp }: { maxBytes: number; xmp?: string },
): Promise<ProcessedImage> {
  const kind = checkBytes(bytes, maxBytes);
  const metadata = await readHeader(bytes);
  if (metadata.format !== (kind === 'avif' ? 'heif' : kind)) throw damaged();
  checkPixels(metadata);
  return slots.run(weightOf(metadata), async () => {
    const sharp = await loadSharp();
    const upright = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, autoOrient: true });
    const encoded = encode(upright, metadata);
    const { data: original, info } = await (xmp === undefined ? encoded.image : encoded.image.withXmp(xmp))
      .timeout({ seconds: workSeconds })
      .toBuffer({ resolveWithObject: true })
      .catch((error: unknown) => {
        throw damaged(error);
      });
    const large = await thumbnail(original, variantSides.large);
    const small = await thumbnail(large, variantSides.small);
    return {
      sha256: createHash('sha256').update(original).digest(),
      mediaType: encoded.mediaType,
      width: info.width,
      height: info.height,
      original,
      large,
      small,
    };
  });
}

/** A stored image as every vision model takes it: JPEG or PNG, at most 2048 × 2048 pixels. */
export async function forProvider(
  bytes: Buffer,
  stored: { mediaType: MediaType; width: number; height: number },
): Promise<{ bytes: Buffer; mediaType: 'image/jpeg' | 'image/png' }> {
  const { mediaType } = stored;
  const fits = Math.max(stored.width, stored.height) <= providerSide;
  if (fits && mediaType === 'image/jpeg') return { bytes, mediaType };
  const hasAlpha = mediaType !== 'image/jpeg';
  return slots.run(weightOf(stored), async () => {
    const sharp = await loadSharp();
    const image = sharp(bytes, { limitInputPixels: maxPixels })
      .resize(providerSide, providerSide, { fit: 'inside', withoutEnlargement: true })
      .timeout({ seconds: workSeconds });
    return hasAlpha
      ? { bytes: await image.png().toBuffer(), mediaType: 'image/png' }
      : { bytes: await image.jpeg({ quality: 90 }).toBuffer(), mediaType: 'image/jpeg' };
  });
}

function checkBytes(bytes: Buffer, maxBytes: number) {
  if (bytes.length === 0) throw new AppError('image_empty', 'The image holds no bytes at all.');
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  const kind = acceptedKindOf(bytes);
  if (!kind) {
    throw new AppError(
      'image_type_unsupported',
      `This is ${nameOfOtherKind(bytes)}. Images are accepted as JPEG, PNG, WebP, AVIF or GIF.`,
    );
  }
  const other = secondNature(bytes);
  if (other !== undefined) {
    throw new AppError('image_type_unsupported', `This file is an image and ${other} at once. Save the image alone.`);
  }
  return kind;
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError('image_too_large', `The image is larger than ${Math.floor(maxBytes / 104_857.6) / 10} MiB.`);
}

/** Reads the header only; no pixel is decoded before the numbers have been looked at. */
async function readHeader(bytes: Buffer): Promise<Metadata> {
  const sharp = await loadSharp();
  try {
    return await sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata();
  } catch (error) {
    throw damaged(error);
  }
}

function checkPixels({ width, height }: Metadata): void {
  if (width * height > maxPixels || width > maxSide || height > maxSide) {
    throw new AppError(
      'image_too_many_pixels',
      `The image is ${width} × ${height} pixels. At most 50 million pixels, and ${maxSide} a side, are accepted.`,
    );
  }
}

function encode(image: Sharp, { width, height, hasAlpha }: Metadata): { image: Sharp; mediaType: MediaType } {
  if (!hasAlpha) {
    // Optimised Huffman tables would save a few percent and keep the whole image in memory twice.
    const jpeg = image.jpeg({ quality: 92, chromaSubsampling: '4:4:4', optimiseCoding: false });
    return { image: jpeg, mediaType: 'image/jpeg' };
  }
  if (Math.max(width, height) > maxWebpSide) return { image: image.png(), mediaType: 'image/png' };
  return { image: image.webp({ quality: 92 }), mediaType: 'image/webp' };
}

async function thumbnail(bytes: Buffer, side: number): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(bytes, { limitInputPixels: maxPixels })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .timeout({ seconds: workSeconds })
    .toBuffer();
}

function damaged(cause?: unknown): AppError {
  const error = new AppError('image_damaged', 'The image is damaged or incomplete: it cannot be read to its end.');
  error.cause = cause;
  return error;
}
