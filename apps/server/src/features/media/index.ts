export { createMediaRepository } from './repository.ts';
export { mediaRoutes } from './routes.ts';
export { createMediaService, type MediaService } from './service.ts';
export { createSignedUrls } from './signed-urls.ts';
export { startMediaSweep } from './sweep.ts';
