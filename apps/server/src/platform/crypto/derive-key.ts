import { hkdfSync } from 'node:crypto';
import type { Secrets } from './secrets.ts';

/**
 * A 32-byte key for one purpose, from the secrets of the data folder (HKDF, RFC 5869): the same on every host that has
 * the same secrets, and nothing about the others can be learnt from it. It outlives every signing key.
 */
export function deriveKey(secrets: Secrets, purpose: string): Buffer {
  // Folders from before there was a key for this use their first signing key; a rotation writes it down as such.
  const root = secrets.derivationKey ?? secrets.signingKeys[0]?.privateKeyPem;
  if (root === undefined) throw new Error('no signing key');
  return Buffer.from(hkdfSync('sha256', root, '', `octavo ${purpose}`, 32));
}
