import { createTokenBody, success, tokenCreated, tokenVerified, verifyTokenBody } from '@octavo/contracts';
import { z } from 'zod';
import { type Authenticate, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { SecurityService } from './service.ts';

/** RFC 7517; only what every key has is named. */
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() })) });

export function securityRoutes(
  app: App,
  deps: { security: SecurityService; authenticateAdminKey: Authenticate },
): void {
  const { security, authenticateAdminKey: onRequest } = deps;
  const common = { tags: ['Security'], security: [{ bearer: [] }] };

  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        summary: 'Public keys of tokens',
        description: 'A JSON Web Key Set (RFC 7517), so that other services can check tokens of this server.',
        tags: ['Security'],
        shown: {
          response: {
            200: { description: 'The keys.', content: { 'application/jwk-set+json': { schema: keySet } } },
          },
        },
      },
    },
    async (_request, reply) => {
      // Shorter than the time between a key's appearance and its first token.
      reply.header('cache-control', 'public, max-age=300').header('content-type', 'application/jwk-set+json');
      return JSON.stringify(await security.jwks());
    },
  );
  app.post(
    '/api/security/tokens',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Sign a token for another service',
        description: 'For API keys with the scope admin. This server itself never accepts such a token.',
        body: createTokenBody,
        response: { 201: success(tokenCreated, 'The token.') },
      },
    },
    async (request, reply) =>
      reply.code(201).send(succeed(await security.createToken(request.body), 'Token created', 201)),
  );
  app.post(
    '/api/security/tokens/verify',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Check a token for another service',
        description: 'For API keys with the scope admin. Says whether the token is good, and what it claims.',
        body: verifyTokenBody,
        response: { 200: success(tokenVerified, 'What there is to say of it.') },
      },
    },
    async (request) => succeed(await security.verifyToken(request.body), 'Token checked'),
  );
}
