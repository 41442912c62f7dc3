import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const requests = new AsyncLocalStorage<FastifyRequest>();

/**
 * The request that is being answered, for what has to be known about it far from the routes (the audit log: from where).
 * Undefined in a worker.
 */
export function currentRequest(): FastifyRequest | undefined {
  return requests.getStore();
}

/** Late enough for the body: events of the socket that it is read from would lose it. */
export function rememberCurrentRequest(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => requests.run(request, done));
}
