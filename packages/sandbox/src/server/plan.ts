import { randomUUID } from 'node:crypto';
import type { Answer, Call, Dialect, Ending } from '../dialects/dialect.ts';
import type { CallCounter } from '../directive/call-counter.ts';
import type { Directive } from '../directive/directive.ts';
import { isBreakFault, isHttpFault, type BreakFault, type HttpFault } from '../directive/faults.ts';
import { parseDirective } from '../directive/parse-directive.ts';
import { splitTokens } from '../writing/split-tokens.ts';
import { writeSample } from '../writing/write-sample.ts';

/** What a call is going to get. */
export type Plan =
  | { kind: 'silence' }
  | { kind: 'error'; error: HttpFault | 'refused'; retryAfterS: number | undefined }
  | {
      kind: 'answer';
      answer: Answer;
      /** Where and how the answer breaks. */
      breakAt: { fault: BreakFault; after: number } | undefined;
      tokensPerSecond: number;
      delayMs: number;
    };

const defaultBreakAfter = 20;

export function planAnswer(dialect: Dialect, call: Call, counter: CallCounter, tokensPerSecond: number): Plan {
  const { directive, rest } = parseDirective(call.prompt);
  const isFaulty =
    directive?.fault !== undefined &&
    (directive.only === undefined || directive.only === dialect.provider) &&
    (directive.times === undefined || counter.next(`${dialect.provider}\n${call.prompt}`) <= directive.times);
  const fault = isFaulty ? directive.fault : undefined;
  if (fault === 'timeout') return { kind: 'silence' };
  if (isHttpFault(fault)) return { kind: 'error', error: fault, retryAfterS: directive?.retryAfterS };
  if (fault === 'refuse' && dialect.errors.refused) return { kind: 'error', error: 'refused', retryAfterS: undefined };

  const { tokens, ending } = write(call, rest, directive, fault);
  return {
    kind: 'answer',
    answer: {
      id: `sandbox-${randomUUID()}`,
      createdS: Math.floor(Date.now() / 1000),
      model: call.model,
      tokens,
      ending: fault === 'end-early' ? 'none' : ending,
      reasoning: [],
      inputTokens: splitTokens(call.system).length + splitTokens(call.prompt).length,
      includeUsage: call.includeUsage,
    },
    breakAt: isBreakFault(fault) ? { fault, after: directive?.after ?? defaultBreakAfter } : undefined,
    tokensPerSecond: directive?.tokensPerSecond ?? tokensPerSecond,
    delayMs: directive?.delayMs ?? 0,
  };
}

function write(call: Call, topic: string, directive: Directive | undefined, fault: Directive['fault']): { tokens: string[]; ending: Ending } {
  if (fault === 'empty') return { tokens: [], ending: 'stop' };
  if (fault === 'refuse') return { tokens: [], ending: 'blocked' };
  if (fault === 'echo') return { tokens: splitTokens(topic), ending: 'stop' };
  if (fault === 'repeat') return { tokens: splitTokens('the same words come back again and '.repeat(60)), ending: 'stop' };
  const sample = writeSample({ ...call, prompt: topic, words: directive?.words });
  const tokens = splitTokens(sample);
  const limit = fault === 'length' ? (directive?.after ?? 60) : call.maxTokens;
  return limit !== undefined && limit < tokens.length
    ? { tokens: tokens.slice(0, limit), ending: 'length' }
    : { tokens, ending: fault === 'length' ? 'length' : 'stop' };
}
