export { type QueueConnection } from './connection.ts';
export { defineHandler, type JobDefinition, type JobHandler, type JobOutcome } from './job.ts';
export { migrateQueue } from './migrate.ts';
export { createQueue, type JobQueue } from './queue.ts';
export { createWorker } from './worker.ts';
