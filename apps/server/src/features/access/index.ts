export { createAccess } from './access.ts';
export { createKeysRepository } from './keys.repository.ts';
export { createApiKeys } from './keys.ts';
export { createAccessRepository } from './repository.ts';
export { accessRoutes } from './routes.ts';
export { createSessions } from './sessions.ts';
