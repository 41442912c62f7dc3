import type { FastifyInstance } from 'fastify';

/**
 * Reads JSON as Fastify does, but takes an empty body for none on a route that asks for none: many clients send
 * `Content-Type: application/json` with every POST.
 */
export function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && !request.routeOptions.schema?.body) return done(null, undefined);
    // What Fastify hands over is text here; its type says that it may be a buffer.
    return parse(request, body as string, done);
  });
}
