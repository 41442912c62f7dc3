/** The child process of the local provider: writes one story at a time, in the order asked, and ends with its parent. */
import { InterruptableStoppingCriteria, type TextGenerationPipeline } from '@huggingface/transformers';
import type { FromChild, StoryJob, ToChild } from './protocol.ts';
import { loadModel, writeStory } from './story-writer.ts';

interface Waiting {
  id: number;
  job: StoryJob;
  interrupt: InterruptableStoppingCriteria;
}

const queue: Waiting[] = [];
let loaded: { folder: string; model: TextGenerationPipeline } | undefined;

process.on('message', (message: ToChild) => {
  if (message.type === 'abort') {
    queue.find((waiting) => waiting.id === message.id)?.interrupt.interrupt();
    return;
  }
  queue.push({ id: message.id, job: message.job, interrupt: new InterruptableStoppingCriteria() });
  if (queue.length === 1) void serve();
});
// The channel closes when the parent ends, however it ends: no orphan keeps the memory.
process.on('disconnect', () => process.exit(0));

async function serve(): Promise<void> {
  for (let next = queue[0]; next !== undefined; next = queue[0]) {
    send(next.interrupt.interrupted ? { type: 'aborted', id: next.id } : await answer(next));
    queue.shift();
  }
}

async function answer({ id, job, interrupt }: Waiting): Promise<FromChild> {
  let model: TextGenerationPipeline;
  try {
    model = await loadedModel(job);
  } catch (error) {
    return {
      type: 'failed',
      id,
      stage: 'load',
      message: `The model in ${job.folder} cannot be loaded: ${messageOf(error)}`,
    };
  }
  try {
    if (interrupt.interrupted) return { type: 'aborted', id };
    const story = await writeStory(model, job, { interrupt, onText: (text) => send({ type: 'delta', id, text }) });
    return interrupt.interrupted ? { type: 'aborted', id } : { type: 'done', id, ...story };
  } catch (error) {
    return {
      type: 'failed',
      id,
      stage: 'run',
      message: `The model stopped in the middle of a story: ${messageOf(error)}`,
    };
  }
}

/** One model in memory; another one asked for takes its place. */
async function loadedModel(job: StoryJob): Promise<TextGenerationPipeline> {
  if (loaded?.folder !== job.folder) {
    await loaded?.model.dispose();
    loaded = undefined;
    loaded = { folder: job.folder, model: await loadModel(job.folder, job.dtype) };
  }
  return loaded.model;
}

function send(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
