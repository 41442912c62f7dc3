export { createPasskeys } from './passkeys.ts';
export { createSecondFactorRepository } from './repository.ts';
export { secondFactorRoutes } from './routes.ts';
export { createSecondFactor } from './service.ts';
