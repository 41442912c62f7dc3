import type { ContentType } from '@octavo/contracts';
import { contentTypes } from '../content-types/index.ts';
import type { FinishReason } from '../provider.ts';
import { type QualityCode, rules } from './rules.ts';
import { toWords } from './words.ts';

export type QualityVerdict = { ok: true } | { ok: false; code: QualityCode; reason: string };

/** Whether a finished take is what was asked for; if not, why, in words for the person who waits for it. */
export function checkQuality(
  contentType: ContentType,
  take: { text: string; finishReason: FinishReason; prompt: string },
): QualityVerdict {
  const { text, finishReason } = take;
  const seen = {
    text,
    finishReason,
    words: toWords(text),
    promptWords: toWords(take.prompt),
    type: contentTypes[contentType],
  };
  const broken = rules.find(({ isBroken }) => isBroken(seen));
  return broken ? { ok: false, code: broken.code, reason: broken.reason } : { ok: true };
}
