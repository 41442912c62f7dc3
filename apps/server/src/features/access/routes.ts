import { apiKeyCreated, apiKeyList, createApiKeyBody, idParams, sessionList, success } from '@octavo/contracts';
import { z } from 'zod';
import { type App, type Authenticate, type Caller, callerOf, succeed } from '#platform/http';
import type { ApiKeys } from './keys.ts';
import type { Sessions } from './sessions.ts';

interface AccessRoutesDeps {
  sessions: Sessions;
  apiKeys: ApiKeys;
  authenticatePerson: Authenticate;
}

const common = { tags: ['Accounts'], security: [{ bearer: [] }] };

export function accessRoutes(app: App, { sessions, apiKeys, authenticatePerson: onRequest }: AccessRoutesDeps): void {
  app.get(
    '/api/account/sessions',
    { onRequest, schema: { ...common, response: { 200: success(sessionList) } } },
    async (request) =>
      succeed(
        { sessions: await sessions.list(request.userId, sessionIdOf(callerOf(request))) },
        'Sessions retrieved successfully',
      ),
  );
  app.delete(
    '/api/account/sessions/:id',
    { onRequest, schema: { ...common, params: idParams, response: { 200: success(z.null()) } } },
    async (request) => {
      await sessions.end(request.userId, request.params.id);
      return succeed(null, 'Session ended');
    },
  );
  app.delete(
    '/api/account/sessions',
    {
      onRequest,
      schema: { ...common, summary: 'End every session but this one', response: { 200: success(z.null()) } },
    },
    async (request) => {
      await sessions.endAll(request.userId, sessionIdOf(callerOf(request)));
      return succeed(null, 'Other sessions ended');
    },
  );

  app.post(
    '/api/account/keys',
    { onRequest, schema: { ...common, body: createApiKeyBody, response: { 201: success(apiKeyCreated) } } },
    async (request, reply) =>
      reply.code(201).send(succeed(await apiKeys.create(callerOf(request), request.body), 'API key created', 201)),
  );
  app.get(
    '/api/account/keys',
    { onRequest, schema: { ...common, response: { 200: success(apiKeyList) } } },
    async (request) => succeed({ keys: await apiKeys.list(request.userId) }, 'API keys retrieved successfully'),
  );
  app.delete(
    '/api/account/keys/:id',
    { onRequest, schema: { ...common, params: idParams, response: { 200: success(z.null()) } } },
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
