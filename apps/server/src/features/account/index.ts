export { createAccountRepository } from './repository.ts';
export { accountRoutes } from './routes.ts';
export { createAccountService } from './service.ts';
