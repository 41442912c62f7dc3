import { apiKeyCreated, apiKeyList, createApiKeyBody, idParams, sessionList, success } from '@octavo/contracts';
import { z } from 'zod';
import { type Authenticate, type Caller, callerOf, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { ApiKeys } from './keys.ts';
import type { Sessions } from './sessions.ts';

interface AccessRoutesDeps {
  sessions: Sessions;
  apiKeys: ApiKeys;
  authenticatePerson: Authenticate;
  /** Whoever finds an open session must leave no key behind. @throws AppError invalid_credentials */
  checkPassword: (userId: string, password: string) => Promise<void>;
}

const common = { tags: ['Accounts'], security: [{ bearer: [] }] };

export function accessRoutes(app: App, deps: AccessRoutesDeps): void {
  const { sessions, apiKeys, authenticatePerson: onRequest, checkPassword } = deps;

  app.get(
    '/api/account/sessions',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List your sessions',
        description: 'Where the account is signed in, with device, address and last use.',
        response: { 200: success(sessionList, 'The sessions.') },
      },
    },
    async (request) =>
      succeed(
        { sessions: await sessions.list(request.userId, sessionIdOf(callerOf(request))) },
        'Sessions retrieved successfully',
      ),
  );
  app.delete(
    '/api/account/sessions/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'End a session',
        description: 'Its tokens stop working at once, and its live connections close.',
        errors: ['not_found'],
        params: idParams,
        response: { 200: success(z.null(), 'It has ended.') },
      },
    },
    async (request) => {
      await sessions.end(request.userId, request.params.id);
      return succeed(null, 'Session ended');
    },
  );
  app.delete(
    '/api/account/sessions',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'End every other session',
        description: 'Signs the account out everywhere but here.',
        response: { 200: success(z.null(), 'They have ended.') },
      },
    },
    async (request) => {
      await sessions.endAll(request.userId, sessionIdOf(callerOf(request)));
      return succeed(null, 'Other sessions ended');
    },
  );

  app.post(
    '/api/account/keys',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Create an API key',
        description:
          'For programs, with the scopes it needs. The key itself is in this answer and in no other. Asks for the password.',
        errors: ['invalid_credentials', 'admin_second_factor_required', 'limit_reached'],
        body: createApiKeyBody,
        response: { 201: success(apiKeyCreated, 'The key.') },
      },
    },
    async (request, reply) => {
      const { password, ...key } = request.body;
      await checkPassword(request.userId, password);
      return reply.code(201).send(succeed(await apiKeys.create(callerOf(request), key), 'API key created', 201));
    },
  );
  app.get(
    '/api/account/keys',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List your API keys',
        description: 'Names, scopes and last use; never the keys themselves.',
        response: { 200: success(apiKeyList, 'The keys.') },
      },
    },
    async (request) => succeed({ keys: await apiKeys.list(request.userId) }, 'API keys retrieved successfully'),
  );
  app.delete(
    '/api/account/keys/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delete an API key',
        description: 'It stops working at once and does not come back.',
        errors: ['not_found'],
        params: idParams,
        response: { 200: success(z.null(), 'It is gone.') },
      },
    },
    async (request) => {
      await apiKeys.delete(request.userId, request.params.id);
      return succeed(null, 'API key deleted');
    },
  );
}

function sessionIdOf({ by }: Caller): string {
  if (by.kind !== 'session') throw new Error('this route is for sessions');
  return by.sessionId;
}
