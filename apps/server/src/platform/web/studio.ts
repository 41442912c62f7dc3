import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from './app.ts';
import { sendProblem } from './error-handler.ts';
import { AppError } from '../http/errors.ts';

/**
 * Serves the built studio: hashed assets for a year, the page itself never from a cache, and the page for every
 * path that is not the API's, because the studio routes in the browser.
 */
export async function serveStudio(app: App, folder: string): Promise<void> {
  const isBuilt = existsSync(join(folder, 'index.html'));
  if (isBuilt)
    await app.register(fastifyStatic, {
      root: folder,
      index: false,
      wildcard: false,
      setHeaders(reply, path) {
        const hashed = path.includes(`${folder}/assets/`);
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      isBuilt &&
      (request.method === 'GET' || request.method === 'HEAD') &&
      !/^\/(api|docs|socket\.io|assets)(\/|$|\?)/.test(request.url) &&
      wantsPage(request.url, request.headers.accept);
    if (isPage) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    return sendProblem(new AppError('not_found'), request, reply);
  });
}

/** A client that takes anything, as curl does, gets the page unless it asks for what looks like a file. */
function wantsPage(url: string, accept = '*/*'): boolean {
  if (accept.includes('text/html')) return true;
  const [path = ''] = url.split('?');
  return accept.includes('*/*') && !path.slice(path.lastIndexOf('/')).includes('.');
}
