import { hkdfSync } from 'node:crypto';
import type { Secrets } from './secrets.ts';

/**
 * A 32-byte key for one purpose, from the secrets of the data folder (HKDF, RFC 5869): the same on every host that has
 * the same secrets, and nothing about the others can be learnt from it. It changes when the newest signing key does.
 */
export function deriveKey(secrets: Secrets, purpose: string): Buffer {
  const [newest] = secrets.signingKeys;
  if (!newest) throw new Error('no signing key');
  return Buffer.from(hkdfSync('sha256', newest.privateKeyPem, '', `octavo ${purpose}`, 32));
}
