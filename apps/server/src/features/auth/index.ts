export { createAuthRepository } from './repository.ts';
export { authRoutes } from './routes.ts';
export { createAuthService } from './service.ts';
