export { type AdminRepository, createAdminRepository } from './repository.ts';
export { adminRoutes } from './routes.ts';
export { createProviderKeyReader, createStoredSecrets } from './secrets.ts';
export { createCredentialTrials } from './trial.ts';
export { createAdminService, hashInvitation } from './service.ts';
