import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FSDriver } from 'flydrive/drivers/fs';

/** Where a file is written before it gets its name; no key starts with a dot. */
const asideFolder = '.incomplete';

/** Flydrive's disk driver writes in place; here a file under its final name is whole, whatever dies and when. */
export class AtomicFsDriver extends FSDriver {
  readonly #root: string;

  constructor(root: string) {
    super({ location: root, visibility: 'private' });
    this.#root = root;
  }

  override async put(key: string, contents: string | Uint8Array): Promise<void> {
    const target = join(this.#root, key);
    const aside = join(this.#root, asideFolder, randomUUID());
    await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    try {
      const file = await open(aside, 'wx', 0o600);
      try {
        await file.writeFile(contents);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(aside, target);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
    await syncFolder(dirname(target));
  }

  /** Removes what a crash left half written, once it is older than `olderThanMs`. */
  async removeIncomplete(olderThanMs: number): Promise<void> {
    const folder = join(this.#root, asideFolder);
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      const stats = await stat(path).catch(() => undefined);
      if (stats && Date.now() - stats.mtimeMs > olderThanMs) await rm(path, { force: true });
    }
  }
}

/** A new name survives a power cut only once its folder is written too. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
