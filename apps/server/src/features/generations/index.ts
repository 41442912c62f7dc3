export { startLive } from './live.ts';
export { createGenerationRepository } from './repository.ts';
export { generationRoutes } from './routes.ts';
export { createGenerationService, type GenerationService } from './service.ts';
