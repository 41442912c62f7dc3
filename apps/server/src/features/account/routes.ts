import {
  accountView,
  changePasswordBody,
  deleteAccountBody,
  deletionView,
  loginBody,
  type LoginBody,
  session,
  type Session,
  success,
  updateAccountBody,
} from '@octavo/contracts';
import { z } from 'zod';
import { type App, type Authenticate, callerOf, type Client, clientOf, succeed } from '#platform/http';
import type { AccountService } from './service.ts';

export interface AccountRoutesDeps {
  account: AccountService;
  authenticatePerson: Authenticate;
  /** As a sign-in, for an account that is being deleted. */
  restore: (body: LoginBody, client: Client) => Promise<Session>;
}

export function accountRoutes(app: App, deps: AccountRoutesDeps): void {
  const { account, authenticatePerson: onRequest } = deps;
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

  app.post(
    '/api/account/delete',
    { onRequest, schema: { ...common, body: deleteAccountBody, response: { 200: success(deletionView) } } },
    async (request) =>
      succeed(
        await account.delete(request.userId, request.body.password),
        'The account will be deleted; until then it can be restored',
      ),
  );
  app.post(
    '/api/account/restore',
    {
      schema: {
        tags: common.tags,
        summary: 'Bring a deleted account back, within its week',
        body: loginBody,
        response: { 200: success(session) },
      },
    },
    async (request) => succeed(await deps.restore(request.body, clientOf(request)), 'Account restored'),
  );
}

function sessionIdOf(request: Parameters<typeof callerOf>[0]): string {
  const { by } = callerOf(request);
  if (by.kind !== 'session') throw new Error('this route is for sessions');
  return by.sessionId;
}
