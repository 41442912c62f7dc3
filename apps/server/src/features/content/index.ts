export { createEraseRepository } from './erase.repository.ts';
export { createContentRepository } from './repository.ts';
export { contentRoutes } from './routes.ts';
export { createContentService } from './service.ts';
