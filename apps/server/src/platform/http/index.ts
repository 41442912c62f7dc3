export { type App, createApp } from './app.ts';
export { type Authenticate, createAuthenticate } from './authenticate.ts';
export { currentRequest } from './current-request.ts';
export { AppError } from './errors.ts';
export { succeed } from './reply.ts';
export { serveStudio } from './studio.ts';
