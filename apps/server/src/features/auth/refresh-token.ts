import { createHash, createHmac, randomBytes } from 'node:crypto';

export interface RefreshToken {
  token: string;
  hash: Buffer;
}

/** An opaque refresh token: 256 random bits. Only its SHA-256 is stored. */
export function newRefreshToken(): RefreshToken {
  return withHash(randomBytes(32).toString('base64url'));
}

/**
 * The one token that follows another: whoever did not get the answer asks again and gets the same one, although it is
 * stored nowhere. Without the key nobody can tell it, not even from the token before it.
 */
export function successorOf(token: string, key: Buffer): RefreshToken {
  return withHash(createHmac('sha256', key).update(token).digest('base64url'));
}

export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function withHash(token: string): RefreshToken {
  return { token, hash: hashRefreshToken(token) };
}
