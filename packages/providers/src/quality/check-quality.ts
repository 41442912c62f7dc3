import type { ContentType } from '@octavo/contracts';
import { contentTypes } from '../content-types/index.ts';
import type { FinishReason } from '../provider.ts';
import { rules } from './rules.ts';
import { toWords } from './words.ts';

export type QualityVerdict = { ok: true } | { ok: false; code: string; reason: string };

/** Whether a finished take is what was asked for; if not, why, in words for the person who waits for it. */
export function checkQuality(
  contentType: ContentType,
  take: { text: string; finishReason: FinishReason; prompt: string },
): QualityVerdict {
  const seen = {
    ...take,
    words: toWords(take.text),
    promptWords: toWords(take.prompt),
    rule: contentTypes[contentType].quality,
  };
  const broken = rules.find(({ isBroken }) => isBroken(seen));
  return broken ? { ok: false, code: broken.code, reason: broken.reason } : { ok: true };
}
