import { accountView, changePasswordBody, success, updateAccountBody } from '@octavo/contracts';
import { z } from 'zod';
import { type App, type Authenticate, callerOf, succeed } from '#platform/http';
import type { AccountService } from './service.ts';

export interface AccountRoutesDeps {
  account: AccountService;
  authenticatePerson: Authenticate;
}

export function accountRoutes(app: App, { account, authenticatePerson: onRequest }: AccountRoutesDeps): void {
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
}

function sessionIdOf(request: Parameters<typeof callerOf>[0]): string {
  const { by } = callerOf(request);
  if (by.kind !== 'session') throw new Error('this route is for sessions');
  return by.sessionId;
}
