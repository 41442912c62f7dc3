import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A file without a name: it is unlinked as soon as it is open, so that nothing is left of it however the process ends.
 * Close it.
 */
export async function openSpool(dataFolder: string): Promise<FileHandle> {
  const folder = join(dataFolder, 'tmp');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
