import {
  LogitsProcessorList,
  random,
  StoppingCriteria,
  StoppingCriteriaList,
  TextStreamer,
  type TextGenerationPipeline,
} from '@huggingface/transformers';
import { openPipeline } from './open-pipeline.ts';
import type { StoryJob, WriteEnd } from './protocol.ts';
import { endsSentence, mayEnd, storyLength } from './story-ending.ts';
import { createStoryLayout } from './story-layout.ts';
import { storyOpening } from './story-opening.ts';
import { StoryPace } from './story-pace.ts';
import type { WriteOptions, Writer } from './writer.ts';

/** The longest story, prompt included; a model with a smaller context sets a smaller one. */
const maxContextTokens = 512;
const sampling = { do_sample: true, temperature: 0.8, top_k: 40, repetition_penalty: 1.15 };
/** Before this many tokens the model may not end the story by itself. */
const minNewTokens = 160;
/** Where the paragraphs that are wanted do not fit, the story still ends with a sentence. */
const lastSentenceTokens = 50;

export async function openStoryWriter(model: Pick<StoryJob, 'folder' | 'dtype'>): Promise<Writer<StoryJob>> {
  const pipeline = await openPipeline('story', model);
  return { write: (job, options) => writeStory(pipeline, job, options), dispose: () => pipeline.dispose() };
}

/** Writes one story under its title; `interrupt` stops it after the token in the making. */
async function writeStory(model: TextGenerationPipeline, job: StoryJob, options: WriteOptions): Promise<WriteEnd> {
  const { tokenizer } = model;
  const countTokens = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).length;
  const opening = storyOpening({ title: job.title, prompt: job.prompt, countTokens });
  const inputTokens = countTokens(opening.text);
  const wanted = job.paragraphs;
  const layout = createStoryLayout(wanted === undefined ? opening.text : oneLine(opening.text), wanted);
  let outputTokens = 0;
  options.onText(`# ${oneLine(job.title)}\n\n`);
  options.onText(layout.text());

  const streamer = new TextStreamer(tokenizer, {
    skip_prompt: true,
    skip_special_tokens: true,
    token_callback_function: () => (outputTokens += 1),
    callback_function: (piece: string) => {
      const text = layout.push(piece);
      if (text !== '') options.onText(text);
    },
  });
  // A context filled by the prompt alone still gets a word: the answer is then `length`, not an error.
  const maxNewTokens = Math.max(1, contextTokens(model) - inputTokens);
  const isFull = () => wanted === undefined || layout.paragraphs() >= wanted;
  const ending = new StoryEnding(
    (ids) => tokenizer.decode(ids.slice(inputTokens), { skip_special_tokens: true }),
    inputTokens,
    (newTokens) => isFull() || newTokens > maxNewTokens - lastSentenceTokens,
  );
  const stopping = new StoppingCriteriaList();
  stopping.extend([ending, options.interrupt]);
  const pace = new LogitsProcessorList();
  const mustEndAt = inputTokens + maxNewTokens - lastSentenceTokens;
  pace.push(new StoryPace(tokenizer, { paragraphs: wanted, mustEndAt, isFull }));

  random.seed(job.seed);
  await model(opening.text, {
    ...sampling,
    min_new_tokens: Math.min(maxNewTokens, minNewTokens),
    max_new_tokens: maxNewTokens,
    return_full_text: false,
    streamer,
    logits_processor: pace,
    stopping_criteria: stopping,
  });
  return {
    finishReason: outputTokens < maxNewTokens || endsSentence(layout.text()) ? 'stop' : 'length',
    inputTokens,
    outputTokens,
    warnings: opening.warnings,
  };
}

class StoryEnding extends StoppingCriteria {
  readonly #decodeNew: (ids: number[]) => string;
  readonly #inputTokens: number;
  readonly #isFull: (newTokens: number) => boolean;

  constructor(decodeNew: (ids: number[]) => string, inputTokens: number, isFull: (newTokens: number) => boolean) {
    super();
    this.#isFull = isFull;
    this.#decodeNew = decodeNew;
    this.#inputTokens = inputTokens;
  }

  override _call(batch: number[][]): boolean[] {
    return batch.map((ids) => {
      const newTokens = ids.length - this.#inputTokens;
      // Reading it all again for every token is only worth it where the story may end.
      return newTokens >= storyLength.aimTokens && this.#isFull(newTokens) && mayEnd(this.#decodeNew(ids), newTokens);
    });
  }
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

function contextTokens(model: TextGenerationPipeline): number {
  const config = model.model.config as { n_positions?: number; max_position_embeddings?: number };
  return Math.min(maxContextTokens, config.n_positions ?? config.max_position_embeddings ?? maxContextTokens);
}
