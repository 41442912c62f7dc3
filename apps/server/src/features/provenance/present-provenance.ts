import type { Provenance } from '@octavo/contracts';
import { digitalSourceType } from './digital-source-type.ts';

/** @param version a version of a content; `hash` is the SHA-256 of its text */
export function presentProvenance(version: {
  provider: string | null;
  model: string | null;
  hash: Buffer;
  is_edited: boolean;
  updated_at: Date;
}): Provenance {
  const { provider, model } = version;
  return {
    provider,
    model,
    at: version.updated_at.toISOString(),
    hash: `sha256:${version.hash.toString('hex')}`,
    digitalSourceType: digitalSourceType({ provider, isEdited: version.is_edited }),
  };
}
