import type { SharedV4Warning } from '@ai-sdk/provider';
import type { ImageInput } from '@octavo/contracts';
import type { Upstream } from './classify.ts';

/** What an SDK package tells of an answer beyond its own words for it, by the package's name. */
export type Metadata = Record<string, Record<string, unknown>>;

/** What sets one upstream apart from the others behind the SDK's model interfaces. */
export interface SdkUpstream extends Upstream {
  /** Added to the ceiling of a text where the upstream counts a model's thoughts as output. */
  thinkingTokens?: number;
  /** An error chunk that does no harm to the text, as a warning; undefined for all others. */
  harmless?: (error: unknown) => string | undefined;
  /** What the upstream says it charged for a call, in millionths of a US dollar; undefined where it does not say. */
  billedMicroUsd?: (metadata: Metadata | undefined) => number | undefined;
  /** Where an image is asked for by its size in pixels instead of its aspect ratio. */
  imageSizes?: Record<NonNullable<ImageInput['aspectRatio']>, `${number}x${number}`>;
}

/** Upstreams have been seen to report less than nothing; that is no usage at all. */
export function tokenCount(tokens: number | undefined): number | null {
  return tokens !== undefined && Number.isInteger(tokens) && tokens >= 0 && tokens <= 2_147_483_647 ? tokens : null;
}

export function describeWarning(warning: SharedV4Warning): string {
  if ('message' in warning) return warning.message;
  return `${warning.feature} is not supported${warning.details ? `: ${warning.details}` : ''}`;
}
