import type { DownloadFailure, DownloadJob } from './protocol.ts';

/** What went wrong with a download, in words for the person at the terminal. */
export function downloadFailure(
  error: unknown,
  { hubId, cacheFolder, remoteHost }: DownloadJob,
): { code: DownloadFailure; message: string } {
  const errors = chain(error);
  const host = remoteHost ?? 'https://huggingface.co/';
  const reason = errors.at(-1)?.message ?? String(error);
  const status = errors.map((each) => (each as { status?: unknown }).status).find((value) => typeof value === 'number');
  if (status === 401 || status === 403 || status === 404) {
    return {
      code: 'not_found',
      message: `${host} has no model ${hubId} that everyone may load, or it lacks a file that is needed: ${reason}`,
    };
  }
  const codes = errors.map((each) => (each as { code?: unknown }).code);
  if (codes.some((code) => typeof code === 'string' && diskCodes.has(code))) {
    return { code: 'disk', message: `The model could not be written to ${cacheFolder}: ${reason}` };
  }
  if (errors.some((each) => each.message === 'fetch failed' || each.message === 'terminated')) {
    return { code: 'network', message: `${host} could not be reached, or the connection broke off: ${reason}` };
  }
  return { code: 'failed', message: `The model ${hubId} cannot be used: ${reason}` };
}

const diskCodes = new Set([
  'ENOSPC',
  'EACCES',
  'EPERM',
  'EROFS',
  'EDQUOT',
  'ENOTDIR',
  'EISDIR',
  'EMFILE',
  'EIO',
  'ENOENT',
  'EEXIST',
]);

/** An error and what caused it. */
function chain(error: unknown): Error[] {
  const found: Error[] = [];
  for (let next = error; next instanceof Error && found.length < 5; next = next.cause) found.push(next);
  return found;
}
