import type { InterruptableStoppingCriteria } from '@huggingface/transformers';
import type { WriteEnd } from './protocol.ts';

/** How a job is told of its words, and told to stop. */
export interface WriteOptions {
  /** Stops the model after the token in the making. */
  interrupt: InterruptableStoppingCriteria;
  onText: (text: string) => void;
}

/** A model in memory, and what it does with a job. */
export interface Writer<J> {
  /** @throws JobRefused */
  write(job: J, options: WriteOptions): Promise<WriteEnd>;
  dispose(): Promise<unknown>;
}

/** The model cannot do this job, whoever asks and how often. */
export class JobRefused extends Error {
  override readonly name = 'JobRefused';
}
