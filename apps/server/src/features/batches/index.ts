export { createFeedRepository } from './feed.repository.ts';
export { createFeeder } from './feeder.ts';
export { createBatchRepository } from './repository.ts';
export { batchRoutes } from './routes.ts';
export { createBatchService } from './service.ts';
