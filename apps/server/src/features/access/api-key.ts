import { createHash, randomBytes, randomInt } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const shape = /^octavo_[a-z0-9]{8}_[\w-]{43}$/;

/** An API key: 256 random bits behind a prefix that tells keys apart. Only its SHA-256 is stored. */
export function newApiKey(): { key: string; prefix: string; hash: Buffer } {
  const name = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
  const prefix = `octavo_${name}`;
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: hashApiKey(key) };
}

export function looksLikeApiKey(token: string): boolean {
  return shape.test(token);
}

export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
