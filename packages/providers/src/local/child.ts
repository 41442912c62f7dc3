/** The child process of the local provider: does one job at a time, in the order asked, and ends with its parent. */
import { InterruptableStoppingCriteria } from '@huggingface/transformers';
import { openCaptioner } from './captioner.ts';
import type { FailedStage, FromChild, Job, ToChild } from './protocol.ts';
import { openStoryWriter } from './story-writer.ts';
import { openTranslator } from './translator.ts';
import { JobRefused, type Writer } from './writer.ts';

interface Waiting {
  id: number;
  job: Job;
  interrupt: InterruptableStoppingCriteria;
}

const queue: Waiting[] = [];
let loaded: { folder: string; writer: Writer<never> } | undefined;

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
  const failed = (stage: FailedStage, message: string): FromChild => ({ type: 'failed', id, stage, message });
  let writer: Writer<Job>;
  try {
    writer = await loadedWriter(job);
  } catch (error) {
    return failed('load', `The model in ${job.folder} cannot be loaded: ${messageOf(error)}`);
  }
  try {
    if (interrupt.interrupted) return { type: 'aborted', id };
    const end = await writer.write(job, { interrupt, onText: (text) => send({ type: 'delta', id, text }) });
    return interrupt.interrupted ? { type: 'aborted', id } : { type: 'done', id, ...end };
  } catch (error) {
    if (error instanceof JobRefused) return failed('refused', error.message);
    return failed('run', `The model stopped in the middle of its work: ${messageOf(error)}`);
  }
}

/** One model in memory; another one asked for takes its place. A model folder is for one kind of job. */
async function loadedWriter(job: Job): Promise<Writer<Job>> {
  if (loaded?.folder !== job.folder) {
    await loaded?.writer.dispose();
    loaded = undefined;
    loaded = { folder: job.folder, writer: await openWriter(job) };
  }
  return loaded.writer as unknown as Writer<Job>;
}

function openWriter(job: Job): Promise<Writer<never>> {
  if (job.task === 'translation') return openTranslator(job);
  return job.task === 'description' ? openCaptioner(job) : openStoryWriter(job);
}

function send(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
