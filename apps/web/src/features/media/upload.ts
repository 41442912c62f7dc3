import type { MediaView } from '@octavo/contracts';
import { sendWithProgress } from '../../lib/send-with-progress.ts';

/** Sends one image. `onProgress` gets the part that is sent, from 0 to 1. @throws ApiError */
export function uploadImage(file: File, onProgress: (sent: number) => void, signal: AbortSignal): Promise<MediaView> {
  const content = new FormData();
  content.set('file', file);
  return sendWithProgress('/api/media', { content }, onProgress, signal);
}
