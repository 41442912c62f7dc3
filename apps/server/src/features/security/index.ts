export { securityRoutes } from './routes.ts';
export { startNotingRotations } from './note-rotations.ts';
export { createSecurityService } from './service.ts';
