export { createAccountRepository } from './repository.ts';
export { accountRoutes } from './routes.ts';
export { createAccountService } from './service.ts';
export { type CancelGeneration, createPurge } from './purge.ts';
export { createPurgeRepository } from './purge.repository.ts';
