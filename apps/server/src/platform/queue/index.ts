export { type QueueBackend, type QueueConnection } from './connection.ts';
export { defineHandler, type JobDefinition, type JobHandler, type JobOutcome, type QueuedJob } from './job.ts';
export { migrateQueue } from './migrate.ts';
export { createQueue, type JobQueue } from './queue.ts';
export { createWorker, type QueueWorker } from './worker.ts';
