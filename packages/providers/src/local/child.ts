import { availableParallelism } from 'node:os';
import { env, InterruptableStoppingCriteria, LogLevel, pipeline, random, type TextGenerationPipeline, TextStreamer } from '@huggingface/transformers';
import type { ChildSettings, FromChild, ToChild } from './protocol.ts';

/**
 * The process that holds the model, so that neither its memory nor its arithmetic is in the way of anything else.
 * One story at a time, in the order they were asked for. Ends with its parent.
 */

const settings = JSON.parse(process.argv[2] ?? '{}') as ChildSettings;

/** Long enough for a tale; then it ends with the sentence. */
const enoughTokens = 230;
const sentenceEnd = /[.!?]["'”’]?\s*$/;

env.allowRemoteModels = false;
env.localModelPath = settings.parentFolder;
env.logLevel = LogLevel.ERROR;

process.on('disconnect', () => process.exit(0));

type Request = Extract<ToChild, { type: 'generate' }>;

const waiting: Request[] = [];
const aborted = new Set<number>();
let stopCurrent: { id: number; criteria: InterruptableStoppingCriteria } | undefined;
let model: Promise<TextGenerationPipeline> | undefined;
let isWorking = false;

process.on('message', (message: ToChild) => {
  if (message.type === 'generate') {
    waiting.push(message);
    void work();
  } else {
    aborted.add(message.id);
    if (stopCurrent?.id === message.id) stopCurrent.criteria.interrupt();
  }
});

async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let request = waiting.shift(); request; request = waiting.shift()) {
    if (!aborted.delete(request.id)) await serve(request);
  }
  isWorking = false;
}

async function serve(request: Request): Promise<void> {
  let stage: 'load' | 'run' = 'load';
  try {
    const generator = await (model ??= load());
    stage = 'run';
    await write(generator, request);
  } catch (error) {
    if (stage === 'load') model = undefined;
    say({ type: 'failed', id: request.id, stage, message: error instanceof Error ? error.message : String(error) });
  } finally {
    aborted.delete(request.id);
  }
}

async function load(): Promise<TextGenerationPipeline> {
  const threads = Math.max(1, availableParallelism() - 1);
  return pipeline('text-generation', settings.model, {
    dtype: settings.dtype as 'q8',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 },
  });
}

async function write(generator: TextGenerationPipeline, { id, opening, seed }: Request): Promise<void> {
  const criteria = new InterruptableStoppingCriteria();
  stopCurrent = { id, criteria };
  let outputTokens = 0;
  let isComplete = false;
  const streamer = new TextStreamer(generator.tokenizer, {
    skip_prompt: true,
    skip_special_tokens: true,
    token_callback_function: (tokens: unknown[]) => void (outputTokens += tokens.length),
    callback_function(text: string) {
      if (text === '' || isComplete) return;
      // The training text keeps one paragraph a line; Markdown wants an empty line between them.
      say({ type: 'delta', id, text: text.replace(/\n+/g, '\n\n') });
      if (outputTokens >= enoughTokens && sentenceEnd.test(text)) {
        isComplete = true;
        criteria.interrupt();
      }
    },
  });
  const { n_positions: context = 512 } = generator.model.config as { n_positions?: number };
  const inputTokens = (generator.tokenizer(opening) as { input_ids: { dims: number[] } }).input_ids.dims[1] ?? 0;
  const maxNewTokens = Math.min(context - inputTokens - 1, 400);
  random.seed(seed);
  await generator(opening, {
    max_new_tokens: maxNewTokens,
    do_sample: true,
    temperature: 0.8,
    top_k: 40,
    repetition_penalty: 1.15,
    streamer,
    stopping_criteria: criteria,
    return_full_text: false,
  } as never);
  stopCurrent = undefined;
  if (aborted.has(id)) return;
  const finishReason = isComplete || outputTokens < maxNewTokens ? 'stop' : 'length';
  say({ type: 'done', id, finishReason, inputTokens, outputTokens });
}

function say(message: FromChild): void {
  process.send?.(message);
}
