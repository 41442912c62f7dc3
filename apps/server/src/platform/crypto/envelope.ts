import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Where a sealed value stands. A value that is moved to another row or column does not open there. */
export interface Place {
  table: string;
  row: string;
  column: string;
}

/** The value was changed or moved, or this is not its key. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. A key seals far fewer than the 2^32 values that this allows.
 * @returns `v1.<key id>.<nonce, ciphertext and tag in base64url>`
 */
export function seal(key: { id: string; bytes: Buffer }, place: Place, plaintext: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key.bytes, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(key.id, place));
  const sealed = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return `v1.${key.id}.${sealed.toString('base64url')}`;
}

/** @throws EnvelopeError */
export function open(key: { id: string; bytes: Buffer }, place: Place, sealed: string): Buffer {
  const bytes = Buffer.from(sealed.split('.')[2] ?? '', 'base64url');
  if (keyIdOf(sealed) !== key.id || bytes.length < nonceBytes + tagBytes) {
    throw new EnvelopeError('not a value that this key has sealed');
  }
  try {
    const decipher = createDecipheriv(algorithm, key.bytes, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(associatedData(key.id, place));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    throw new EnvelopeError('the value was changed or moved');
  }
}

/** Which key has sealed a value. @throws EnvelopeError when it is not a sealed value */
export function keyIdOf(sealed: string): string {
  const [version, id, bytes] = sealed.split('.');
  if (version !== 'v1' || !id || bytes === undefined) throw new EnvelopeError('not a sealed value');
  return id;
}

/** Names a key without telling anything about it. */
export function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update('octavo master key').update(key).digest('hex').slice(0, 16);
}

/** Lengths first, so that no two places look alike. */
function associatedData(keyId: string, { table, row, column }: Place): Buffer {
  return Buffer.from(JSON.stringify([keyId, table, row, column]));
}
