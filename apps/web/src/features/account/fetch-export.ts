import type { Problem } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { client } from '../../lib/client.ts';

/**
 * Loads the export of the account. The server packs first and then knows how large it is; until then `onProgress` is
 * not called. Sizes are in bytes.
 * @throws ApiError, also when it was stopped (`network`)
 */
export async function fetchExport(
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<{ name: string; content: Blob }> {
  const authorization = `Bearer ${await client.accessToken()}`;
  try {
    const response = await fetch('/api/account/export', { headers: { authorization }, signal });
    if (!response.ok || !response.body) {
      const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
      throw ApiError.fromProblem(problem, response.status, response.headers.get('retry-after'));
    }
    const total = Number(response.headers.get('content-length') ?? 0);
    const [, name = 'octavo.zip'] =
      /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let done = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { value, done: isEnd } = await reader.read();
      if (isEnd) break;
      parts.push(value);
      done += value.length;
      onProgress(done, total);
    }
    return { name, content: new Blob(parts, { type: 'application/zip' }) };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('network', 0, error instanceof Error ? error.message : 'The server cannot be reached');
  }
}
