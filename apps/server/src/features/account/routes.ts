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
import { type Authenticate, callerOf, type Client, clientOf, succeed } from '#platform/http';
import type { App } from '#platform/web';
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
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Read your account',
        description: 'Addresses, names, role and second factors of the account that is signed in.',
        response: { 200: success(accountView, 'The account.') },
      },
    },
    async (request) => succeed(await account.get(request.userId), 'Account retrieved successfully'),
  );
  app.patch(
    '/api/account',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Change your account',
        description: 'Changes the names or the language of messages. What is left out stays.',
        body: updateAccountBody,
        response: { 200: success(accountView, 'The account as it is now.') },
      },
    },
    async (request) => succeed(await account.update(request.userId, request.body), 'Account updated'),
  );
  app.put(
    '/api/account/password',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Change your password',
        description: 'Asks for the current one. Every other session of the account ends.',
        errors: ['invalid_credentials'],
        body: changePasswordBody,
        response: { 200: success(z.null(), 'The password is changed.') },
      },
    },
    async (request) => {
      await account.changePassword(request.userId, sessionIdOf(request), request.body);
      return succeed(null, 'Password changed; other sessions have ended');
    },
  );

  app.post(
    '/api/account/delete',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delete your account',
        description:
          'Ends every session at once. Until the time in the answer the account can be restored; then everything of it is removed.',
        errors: ['invalid_credentials', 'last_admin'],
        body: deleteAccountBody,
        response: { 200: success(deletionView, 'When it will be gone.') },
      },
    },
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
        summary: 'Bring back a deleted account',
        description:
          'As a sign-in, within the week after the deletion was asked for. The account is as it was, and signed in.',
        errors: [
          'invalid_credentials',
          'second_factor_required',
          'second_factor_invalid',
          'account_suspended',
          'not_found',
        ],
        tags: common.tags,
        body: loginBody,
        response: { 200: success(session, 'The account, and the tokens of its new session.') },
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
