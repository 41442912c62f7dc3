import { z } from 'zod';
import type { JobDefinition } from '#platform/queue';

/** Runs one take of a generation. What it needs to know stands in the database; the id is all that travels. */
export const runJob: JobDefinition<{ generationId: string }> = {
  name: 'generations.run',
  payload: z.strictObject({ generationId: z.uuid() }),
};
