import { accountView, changePasswordBody, idParams, sessionList, success, updateAccountBody } from '@octavo/contracts';
import { z } from 'zod';
import type { Sessions } from '#features/access';
import { type App, type Authenticate, callerOf, succeed } from '#platform/http';
import type { AccountService } from './service.ts';

export interface AccountRoutesDeps {
  account: AccountService;
  sessions: Sessions;
  authenticatePerson: Authenticate;
}

export function accountRoutes(app: App, { account, sessions, authenticatePerson: onRequest }: AccountRoutesDeps): void {
  const common = { tags: ['Accounts'], security: [{ bearer: [] }] };

  app.get(
    '/api/account',
    { onRequest, schema: { ...common, response: { 200: success(accountView) } } },
    async (request) => succeed(await account.get(request.userId), 'Account retrieved successfully'),
  );
  app.patch(
    '/api/account',
    { onRequest, schema: { ...common, body: updateAccountBody, response: { 200: success(accountView) } } },
    async (request) => succeed(await account.update(request.userId, request.body), 'Account updated'),
  );
  app.put(
    '/api/account/password',
    { onRequest, schema: { ...common, body: changePasswordBody, response: { 200: success(z.null()) } } },
    async (request) => {
      await account.changePassword(request.userId, sessionIdOf(request), request.body);
      return succeed(null, 'Password changed; other sessions have ended');
    },
  );

  app.get(
    '/api/account/sessions',
    { onRequest, schema: { ...common, response: { 200: success(sessionList) } } },
    async (request) =>
      succeed(
        { sessions: await sessions.list(request.userId, sessionIdOf(request)) },
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
      await sessions.endAll(request.userId, sessionIdOf(request));
      return succeed(null, 'Other sessions ended');
    },
  );
}

function sessionIdOf(request: Parameters<typeof callerOf>[0]): string {
  const { by } = callerOf(request);
  if (by.kind !== 'session') throw new Error('this route is for sessions');
  return by.sessionId;
}
