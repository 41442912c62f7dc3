import { randomUUID } from 'node:crypto';
import type { Answer, Call, Dialect, Ending } from '../dialects/dialect.ts';
import type { CallCounter } from '../directive/call-counter.ts';
import type { Directive } from '../directive/directive.ts';
import { isBreakFault, isHttpFault, type BreakFault, type HttpFault } from '../directive/faults.ts';
import { parseDirective } from '../directive/parse-directive.ts';
import { readPicture, type Picture } from '../drawing/picture.ts';
import { splitTokens } from '../writing/split-tokens.ts';
import { writeSample } from '../writing/write-sample.ts';
import { draw } from './draw.ts';
import { writeTranslation } from '../writing/write-translation.ts';
import type { SandboxDefaults } from './sandbox.ts';
import { think } from './think.ts';

export interface AnswerPlan {
  kind: 'answer';
  answer: Answer;
  /** Where and how the answer breaks. */
  breakAt: { fault: BreakFault; after: number } | undefined;
  /** 0 is at once. */
  tokensPerSecond: number;
  delayMs: number;
}

/** What a call is going to get. */
export type Plan =
  | AnswerPlan
  | { kind: 'silence' }
  | { kind: 'error'; error: HttpFault | 'refused'; retryAfterS: number | undefined };

const defaultBreakAfter = 20;
const defaultLength = 60;

function isItsTurn({ times, from = 1 }: Directive, count: () => number): boolean {
  if (times === undefined && from === 1) return true;
  const call = count();
  return call >= from && (times === undefined || call < from + times);
}

/** Reads what the prompt asks for and makes the answer. @throws InvalidCall for a directive or an image that makes no sense */
export async function planAnswer(
  dialect: Dialect,
  call: Call,
  counter: CallCounter,
  defaults: SandboxDefaults,
): Promise<Plan> {
  const { directive, rest } = parseDirective(call.prompt);
  const isFaulty =
    directive?.fault !== undefined &&
    (directive.only === undefined || directive.only === dialect.provider) &&
    isItsTurn(directive, () => counter.next(`${dialect.provider}\n${call.prompt}`));
  const fault = isFaulty ? directive.fault : undefined;
  const after = directive?.after;
  if (fault === 'timeout') return { kind: 'silence' };
  if (isHttpFault(fault)) return { kind: 'error', error: fault, retryAfterS: directive?.retryAfterS };
  if (fault === 'refuse' && (after === undefined || call.drawings) && dialect.errors.refused)
    return { kind: 'error', error: 'refused', retryAfterS: undefined };

  const pictures = await Promise.all(call.pictures.map(readPicture));
  const pace = directive?.tokensPerSecond ?? defaults.tokensPerSecond;
  return {
    kind: 'answer',
    answer: {
      id: randomUUID(),
      createdS: Math.floor(Date.now() / 1000),
      model: call.model,
      ...(call.drawings
        ? await draw({ ...call, prompt: rest }, fault, counter)
        : { ...write({ ...call, pictures }, rest, directive, fault), images: undefined }),
      reasoning: think(call.model),
      // Four characters a token is the usual estimate, and costs nothing on a long prompt.
      inputTokens: Math.ceil((call.system.length + call.prompt.length) / 4),
      includeUsage: call.includeUsage,
    },
    breakAt: isBreakFault(fault) ? { fault, after: after ?? defaultBreakAfter } : undefined,
    tokensPerSecond: Number.isFinite(pace) ? pace : 0,
    delayMs: directive?.delayMs ?? defaults.firstTokenDelayMs,
  };
}

/** A call whose images have been read. */
type ReadCall = Omit<Call, 'pictures'> & { pictures: Picture[] };

function write(
  call: ReadCall,
  topic: string,
  directive: Directive | undefined,
  fault: Directive['fault'],
): { tokens: string[]; ending: Ending } {
  const after = directive?.after;
  if (fault === 'empty') return { tokens: [], ending: 'stop' };
  if (fault === 'refuse' && after === undefined) return { tokens: [], ending: 'blocked' };
  const tokens = splitTokens(textFor(call, topic, directive, fault));
  if (fault === 'refuse') return { tokens: tokens.slice(0, after), ending: 'filtered' };
  if (fault === 'length') return { tokens: tokens.slice(0, after ?? defaultLength), ending: 'length' };
  if (fault === 'end-early') return { tokens: tokens.slice(0, after ?? defaultBreakAfter), ending: 'none' };
  if (call.maxTokens !== undefined && call.maxTokens < tokens.length) {
    return { tokens: tokens.slice(0, call.maxTokens), ending: 'length' };
  }
  return { tokens, ending: 'stop' };
}

function textFor(call: ReadCall, topic: string, directive: Directive | undefined, fault: Directive['fault']): string {
  // Word for word, directive included: what a model that repeats its prompt would do.
  if (fault === 'echo') return call.prompt;
  if (fault === 'repeat') return repeated(directive?.words ?? 420);
  return (
    writeTranslation({ ...call, prompt: topic }) ?? writeSample({ ...call, prompt: topic, words: directive?.words })
  );
}

/** What a small model that hangs says. */
function repeated(words: number): string {
  const line = ['the', 'same', 'words', 'come', 'back', 'again', 'and'];
  return Array.from({ length: words }, (_, index) => line[index % line.length]).join(' ');
}
