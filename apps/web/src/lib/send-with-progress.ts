import type { Problem, Success } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { client } from './client.ts';

/**
 * Posts something large in the name of who is signed in. `onProgress` gets the part that is sent, from 0 to 1; `fetch`
 * cannot tell it.
 * @throws ApiError
 */
export async function sendWithProgress<T>(
  path: string,
  body: { content: FormData | Blob; type?: string },
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<T> {
  const token = await client.accessToken();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('authorization', `Bearer ${token}`);
    if (body.type !== undefined) request.setRequestHeader('content-type', body.type);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const answer = request.response as Success<T> | Problem | null;
      if (answer?.success) resolve(answer.data);
      else reject(ApiError.fromProblem(answer ?? undefined, request.status, request.getResponseHeader('retry-after')));
    };
    request.onerror = () => reject(new ApiError('network', 0, 'The server cannot be reached'));
    request.onabort = () => reject(new ApiError('network', 0, 'Stopped'));
    signal.addEventListener('abort', () => request.abort());
    request.send(body.content);
  });
}
