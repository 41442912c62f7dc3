import type { Selectable } from 'kysely';
import type { Database } from './schema.ts';

export type GenerationRow = Selectable<Database['generations']>;
export type AttemptRow = Selectable<Database['generation_attempts']>;
export type EventRow = Selectable<Database['generation_events']>;

/** One take of a generation. Whatever a worker writes carries it, and changes nothing once the generation has another attempt. */
export interface Fence {
  generationId: string;
  attempt: number;
}
