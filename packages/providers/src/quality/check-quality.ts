import { fillTemplate } from '@octavo/contracts';
import type { FinishReason, GenerationRequest } from '../provider.ts';
import { checkTranslation } from '../translation/index.ts';
import { lengthLimits } from './length-limits.ts';
import { type QualityCode, rules } from './rules.ts';
import { toWords } from './words.ts';

export type QualityVerdict = { ok: true } | { ok: false; code: QualityCode; reason: string };

/**
 * Whether a finished take is what was asked for; if not, why, in words for the person who waits for it. Images are not
 * judged here: whether their bytes are images is found out where they are stored.
 *
 * @param take.isSample whether the built-in sample writer wrote it, which is not held to the language
 */
export async function checkQuality(
  request: GenerationRequest,
  take: { text: string; finishReason: FinishReason; isSample?: boolean },
): Promise<QualityVerdict> {
  if (request.contentType === 'image') return { ok: true };
  const { text, finishReason, isSample = false } = take;
  const seen = { request, text, finishReason, isSample, words: toWords(text), limits: lengthLimits(request) };
  for (const { code, reason, except, isBroken } of rules) {
    if (except?.includes(request.contentType)) continue;
    // The order of the rules says which reason is given: none is looked at before those above it.
    // oxlint-disable-next-line no-await-in-loop
    const found = await isBroken(seen);
    if (found !== false) return { ok: false, code, reason: found === true ? reason : fillTemplate(reason, found) };
  }
  // Whether a sample could be a translation is not the question: it says itself that it is none.
  if (request.contentType !== 'translation' || isSample) return { ok: true };
  return checkTranslation(request.input.text, text, request.input.target);
}
