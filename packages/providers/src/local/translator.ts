import { TextStreamer, type TranslationPipeline } from '@huggingface/transformers';
import { type Language, type LanguageCode, languages } from '@octavo/contracts';
import { numbersIn, plainMarks, planTranslation, type Segment } from '../translation/index.ts';
import { openPipeline } from './open-pipeline.ts';
import type { TranslationJob, WriteEnd } from './protocol.ts';
import { JobRefused, type WriteOptions, type Writer } from './writer.ts';

/** These models were trained on sentences: of a longer text they leave out the end. */
const maxSegmentChars = 300;
/** Where the config names no limit. */
const defaultContextTokens = 512;

export async function openTranslator(model: Pick<TranslationJob, 'folder' | 'dtype'>): Promise<Writer<TranslationJob>> {
  const pipeline = await openPipeline('translation', model);
  return { write: (job, options) => translate(pipeline, job, options), dispose: () => pipeline.dispose() };
}

/**
 * Translates a text sentence by sentence. Where the model loses a mark, it translates the words between the marks instead,
 * so that what must survive always does.
 */
async function translate(pipeline: TranslationPipeline, job: TranslationJob, options: WriteOptions): Promise<WriteEnd> {
  const { interrupt, onText } = options;
  const speak = speaker(pipeline, job);
  const contextTokens = contextOf(pipeline);
  // A token is one character at worst; the rest is for the language and the end.
  const maxChars = Math.max(20, Math.min(maxSegmentChars, contextTokens - 8));
  const end: WriteEnd = { finishReason: 'stop', inputTokens: 0, outputTokens: 0, warnings: [] };
  let untranslated = 0;

  for (const part of planTranslation(job.text, { maxChars, marks: plainMarks })) {
    if (interrupt.interrupted) break;
    if (typeof part === 'string') onText(part);
    else await writeSegment(part);
  }
  if (untranslated > 0)
    end.warnings.push(`The model had no words for ${untranslated} parts of the text; they are as they were.`);
  return end;

  async function writeSegment(segment: Segment): Promise<void> {
    const restored = segment.restore(await say(segment.text));
    if (interrupt.interrupted) return;
    if (restored !== undefined) onText(restored);
    else if (numbersIn(segment.text, plainMarks).length === 0) keep(segment.source);
    else await writeFragments(segment);
  }

  async function writeFragments(segment: Segment): Promise<void> {
    for (const fragment of segment.fragments()) {
      if (interrupt.interrupted) return;
      if (typeof fragment === 'string') onText(fragment);
      else await writeSegment(fragment);
    }
  }

  function keep(source: string): void {
    untranslated += 1;
    onText(source);
  }

  /** One call of the model. */
  async function say(text: string): Promise<string> {
    const { prefix, languages: chosen } = speak;
    const inputTokens = pipeline.tokenizer.encode(prefix + text).length;
    const maxNewTokens = Math.min(contextTokens - 2, inputTokens * 3 + 40);
    let answer = '';
    let tokens = 0;
    const streamer = new TextStreamer(pipeline.tokenizer, {
      skip_prompt: true,
      skip_special_tokens: true,
      token_callback_function: () => (tokens += 1),
      callback_function: (piece: string) => (answer += piece),
    });
    await pipeline(prefix + text, {
      ...chosen,
      max_new_tokens: maxNewTokens,
      streamer,
      stopping_criteria: [interrupt],
    } as Parameters<TranslationPipeline>[1]);
    end.inputTokens += inputTokens;
    end.outputTokens += tokens;
    if (tokens >= maxNewTokens) end.finishReason = 'length';
    return answer;
  }
}

/**
 * How a model is told the languages: NLLB by codes of its tokenizer (which keeps the source language as a state of its own,
 * so that there is one call at a time in a process), MADLAD by a word in front of the text.
 *
 * @throws JobRefused for a language that the model does not know
 */
function speaker({ tokenizer }: TranslationPipeline, { source, target }: TranslationJob) {
  const known = (tokenizer as { language_codes?: string[] }).language_codes;
  if (known) {
    for (const code of [source, target]) {
      if (!known.includes(code)) throw new JobRefused(`The local translation model does not know ${nameOf(code)}.`);
    }
    return { prefix: '', languages: { src_lang: source, tgt_lang: target } };
  }
  // Some tokenizers write the space in front of a word as part of it.
  const knows = (word: string) => tokenizer.tokenize(word).some((token) => token.replace('▁', '') === word);
  const word = wordsFor(target).find(knows);
  if (word === undefined) throw new JobRefused(`The local translation model does not know ${nameOf(target)}.`);
  return { prefix: `${word} `, languages: {} };
}

/** MADLAD's words for a language: ISO 639-1 in Google's spelling, else ISO 639-3. */
function wordsFor(target: string): string[] {
  const iso3 = target.slice(0, 3);
  const { iso1 } = languages[target as LanguageCode] as Language;
  const googles: Record<string, string> = { he: 'iw', jv: 'jw', nb: 'no', tl: 'fil' };
  const script = target === 'zho_Hant' ? ['zh_Hant'] : [];
  const codes = [...script, ...(iso1 === undefined ? [] : [iso1, googles[iso1]]), iso3];
  return codes.flatMap((code) => (code === undefined ? [] : `<2${code}>`));
}

function nameOf(code: string): string {
  return languages[code as LanguageCode].name;
}

function contextOf({ model }: TranslationPipeline): number {
  const config = model.config as { max_position_embeddings?: number };
  return Math.min(defaultContextTokens, config.max_position_embeddings ?? defaultContextTokens);
}
