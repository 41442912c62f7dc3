export { type AuthRepository, createAuthRepository } from './repository.ts';
export { authRoutes } from './routes.ts';
export { type AuthService, createAuthService } from './service.ts';
