import type { z } from 'zod';

/** What a background job is: its name, and the shape of what it is given. Light, so that anybody may import it. */
export interface JobDefinition<Payload> {
  name: string;
  payload: z.ZodType<Payload>;
}

/** One job to be put into the queue. Adding the same `id` twice, while the first is waiting or running, does nothing. */
export interface QueuedJob<Payload> {
  id: string;
  payload: Payload;
  delayMs?: number;
  /** From 1 to `lastPriority`: the smallest number goes first, equal numbers in the order of their coming. */
  priority?: number;
}

/** BullMQ's limit. */
export const lastPriority = 2_097_152;

/** Nothing: the job is done. `runAgainInMs`: the same job comes back then. A throw: it comes back in a second. */
export type JobOutcome = { runAgainInMs: number } | undefined;

/** What the worker runs for a job. */
export interface JobHandler {
  job: JobDefinition<never>;
  /** Parses the payload again (it may have been written by another version of this program) and runs it. */
  run(payload: unknown): Promise<JobOutcome>;
}

export function defineHandler<Payload>(
  job: JobDefinition<Payload>,
  run: (payload: Payload) => Promise<JobOutcome>,
): JobHandler {
  return { job: job as JobDefinition<never>, run: (payload) => run(job.payload.parse(payload)) };
}
