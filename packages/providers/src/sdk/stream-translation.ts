import type { ProviderName, Usage } from '@octavo/contracts';
import { maxChunkChars, maxSegmentChars } from '../content-types/index.ts';
import { type FinishReason, type GenerationRequest, ProviderError, type ProviderPart } from '../provider.ts';
import {
  createAnswerReader,
  packChunks,
  planTranslation,
  rareMarks,
  type Segment,
  sourceLanguage,
  writeChunk,
} from '../translation/index.ts';

type TranslationRequest = Extract<GenerationRequest, { contentType: 'translation' }>;

/**
 * A whole text through one call a chunk, one after the other, as one stream with one finish. A paragraph goes out when it
 * is complete, so that nothing that went out is ever taken back. `callModel` is one call; what it throws ends the stream.
 *
 * @throws ProviderError quality_structure when a line came back twice without its marks
 */
export async function* streamTranslation(
  provider: ProviderName,
  request: TranslationRequest,
  callModel: (chunk: TranslationRequest) => AsyncIterable<ProviderPart>,
): AsyncGenerator<ProviderPart, void, undefined> {
  const { text, target } = request.input;
  const source = sourceLanguage(request.input);
  const plan = planTranslation(text, { maxChars: maxSegmentChars, marks: rareMarks });
  const chunks = packChunks(
    plan.filter((each) => typeof each !== 'string'),
    maxChunkChars,
  );
  const done = new Map<Segment, string>();
  const warnings = new Set<string>();
  let usage: Usage | undefined;
  let written = 0;

  for (const chunk of chunks) {
    let ended = yield* ask(chunk, request.seed);
    const broken = chunk.filter((segment) => !done.has(segment));
    if (broken.length > 0 && (ended === 'stop' || ended === 'length')) {
      // Another seed: the same one might lose the same mark again.
      ended = yield* ask(broken, request.seed + 1);
      const isLost = broken.some((segment) => !done.has(segment));
      if (isLost && ended === 'stop')
        throw new ProviderError('quality_structure', { provider, isRetryable: true, usage });
      if (!isLost) ended = 'stop';
    }
    if (ended !== 'stop') return yield finish(ended);
  }
  yield* write();
  yield finish('stop');

  /** One call. What comes back whole is kept in `done`, and goes out as soon as all before it is there. */
  async function* ask(segments: Segment[], seed: number): AsyncGenerator<ProviderPart, FinishReason, undefined> {
    const input = { text: writeChunk(segments), target, source };
    const reader = createAnswerReader(segments.length);
    for await (const part of callModel({ ...request, seed, input })) {
      if (part.type === 'delta') reader.push(part.text);
      if (part.type !== 'finish') {
        keep();
        yield* write();
        continue;
      }
      usage = addUsage(usage, part.usage);
      for (const warning of part.warnings) warnings.add(warning);
      // Where a text was cut off, its last line is not whole.
      if (part.finishReason === 'stop') reader.end();
      keep();
      yield* write();
      return part.finishReason;
    }
    throw new Error('a call ended without a finish');

    function keep(): void {
      for (const [index, answer] of reader.answers) {
        const segment = segments[index];
        if (!segment || done.has(segment)) continue;
        const whole = segment.restore(answer);
        if (whole !== undefined) done.set(segment, whole);
      }
    }
  }

  /** Everything up to the first line that is not there yet. */
  function* write(): Generator<ProviderPart, void, undefined> {
    let out = '';
    for (; written < plan.length; written += 1) {
      const next = plan[written] ?? '';
      const words = typeof next === 'string' ? next : done.get(next);
      if (words === undefined) break;
      out += words;
    }
    for (const [text] of out.matchAll(deltas)) yield { type: 'delta', text };
  }

  function finish(finishReason: FinishReason): ProviderPart {
    return {
      type: 'finish',
      finishReason,
      usage: usage ?? { inputTokens: 0, outputTokens: 0 },
      warnings: [...warnings],
    };
  }
}

/** Small enough for any bus; a character of two units stays whole. */
const deltas = /[^]{1,1000}/gu;

/** A sum is known where both are. */
function addUsage(sum: Usage | undefined, added: Usage): Usage {
  if (sum === undefined) return added;
  const plus = (one: number | null | undefined, other: number | null | undefined) =>
    typeof one === 'number' && typeof other === 'number' ? one + other : null;
  const billedMicroUsd = plus(sum.billedMicroUsd, added.billedMicroUsd);
  return {
    inputTokens: plus(sum.inputTokens, added.inputTokens),
    outputTokens: plus(sum.outputTokens, added.outputTokens),
    ...(billedMicroUsd !== null && { billedMicroUsd }),
  };
}
