import { createHash, randomBytes } from 'node:crypto';
import { createStorage } from '../index.ts';

/** A writer to be killed: stores files named by their hash until it is gone, and says when it has begun. */
const storage = await createStorage({ folder: process.argv[2] ?? '', s3: undefined });
process.send?.('writing');
for (;;) {
  const bytes = randomBytes(4_000_000);
  await storage.put(createHash('sha256').update(bytes).digest('hex'), bytes, 'image/png');
}
