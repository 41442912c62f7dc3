export { createPortabilityRepository } from './repository.ts';
export { portabilityRoutes } from './routes.ts';
export { createPortability } from './service.ts';
