export { createAddressRepository } from './address.repository.ts';
export { createCodesRepository } from './codes.repository.ts';
export { createCodes } from './codes.ts';
export { messagesIn } from './messages.ts';
export { createRecovery } from './recovery.ts';
export { createAuthRepository } from './repository.ts';
export { authRoutes } from './routes.ts';
export { type AuthService, createAuthService } from './service.ts';
export { createVerification, type Verification } from './verification.ts';
