import type { MediaView, Problem, Success } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { client } from '../../lib/client.ts';

/**
 * Sends one image. `onProgress` gets the part that is sent, from 0 to 1; `fetch` cannot tell it.
 * @throws ApiError
 */
export async function uploadImage(
  file: File,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<MediaView> {
  const token = await client.accessToken();
  const form = new FormData();
  form.set('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/media');
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const answer = request.response as Success<MediaView> | Problem | null;
      if (answer?.success) resolve(answer.data);
      else reject(ApiError.fromProblem(answer ?? undefined, request.status));
    };
    request.onerror = () => reject(new ApiError('network', 0, 'The server cannot be reached'));
    request.onabort = () => reject(new ApiError('network', 0, 'Stopped'));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
