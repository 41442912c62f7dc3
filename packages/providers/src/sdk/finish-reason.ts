import type { LanguageModelV4FinishReason } from '@ai-sdk/provider';
import type { FinishReason } from '../provider.ts';

const unified: Partial<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content-filter',
};

/** A good end in the words of servers that are only nearly OpenAI-compatible. */
const goodEnds = new Set(['eos_token', 'stop_sequence', 'end_turn', 'eos']);

/**
 * How an upstream says that its text has come to an end. Undefined when it did not say so: SDKs put `other`,
 * `interrupted` or `error` there by themselves, without the upstream's own word (`raw`).
 */
export function readFinishReason(reason: LanguageModelV4FinishReason): FinishReason | undefined {
  const known = unified[reason.unified];
  if (known !== undefined || reason.raw === undefined || reason.raw === 'error' || reason.unified === 'error')
    return known;
  return goodEnds.has(reason.raw) ? 'stop' : 'other';
}
