import { createHash } from 'node:crypto';
import type { ContentType, TakeParameters } from '@octavo/contracts';
import { contentTypes } from './content-types.ts';

/**
 * What a take is asked with, to be kept beside it: sampling settings, seed, and the SHA-256 of the instructions of its
 * content type, so that it shows when they have changed since. A provider that cannot honour a setting ignores it.
 */
export function takeParameters(contentType: ContentType, seed: number): TakeParameters {
  const { system, user, temperature, maxOutputTokens } = contentTypes[contentType];
  const templateHash = createHash('sha256')
    .update(JSON.stringify([system, user]))
    .digest('hex');
  return { temperature, maxOutputTokens, seed, templateHash: `sha256:${templateHash}` };
}
