import { InvalidCall } from '../dialects/invalid-call.ts';

/** What can be said of an image without looking at it. */
export interface Picture {
  /** In pixels. */
  width: number;
  height: number;
}

/** @throws InvalidCall when it is no image */
export async function readPicture(bytes: Uint8Array): Promise<Picture> {
  const { default: sharp } = await import('sharp');
  try {
    const { width, height } = await sharp(bytes).metadata();
    return { width, height };
  } catch {
    throw new InvalidCall('The image could not be read. Supported are PNG, JPEG and WebP.');
  }
}
