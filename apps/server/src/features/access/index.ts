export { type Access, createAccess } from './access.ts';
export { createAccessRepository } from './repository.ts';
export { createSessions, type Sessions } from './sessions.ts';
