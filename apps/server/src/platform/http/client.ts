import type { FastifyRequest } from 'fastify';

/** Where a request comes from, as people see it in the list of their sessions. */
export interface Client {
  ip: string;
  userAgent: string;
}

export function clientOf(request: FastifyRequest): Client {
  return { ip: request.ip, userAgent: (request.headers['user-agent'] ?? '').slice(0, 300) };
}
