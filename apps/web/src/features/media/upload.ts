import type { MediaView } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { client } from '../../lib/client.ts';
import { sendWithProgress } from '../../lib/send-with-progress.ts';

/** Below this no server refuses an image but one that was told to. */
const usualMaxBytes = 20_971_520;

/** Sends one image, unless it is larger than this server takes. `onProgress` gets the part that is sent, from 0 to 1. @throws ApiError */
export async function uploadImage(
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<MediaView> {
  if (file.size > usualMaxBytes) {
    const { uploadMaxBytes } = await client.listMedia({ limit: 1 });
    if (file.size > uploadMaxBytes) {
      const size = Math.floor(uploadMaxBytes / 104_857.6) / 10;
      throw new ApiError('image_too_large', 413, `The image is larger than ${size} MiB.`);
    }
  }
  const content = new FormData();
  content.set('file', file);
  return sendWithProgress('/api/media', { content }, onProgress, signal);
}
