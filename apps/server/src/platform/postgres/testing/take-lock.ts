import { lockFolder } from '../folder-lock.ts';

/** Tries to take the lock of a folder at a given moment, once for each message, and says how that went. */
process.on('message', ({ folder, atMs }: { folder: string; atMs: number }) => {
  // All contenders at the same moment, without a timer's inaccuracy.
  while (Date.now() < atMs);
  try {
    lockFolder(folder);
    process.send?.('won');
  } catch {
    process.send?.('refused');
  }
});
process.send?.('here');
