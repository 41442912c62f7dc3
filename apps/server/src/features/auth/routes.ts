import { loginBody, meView, refreshBody, registerBody, session, success } from '@octavo/contracts';
import { z } from 'zod';
import { type App, type Authenticate, succeed } from '#platform/http';
import type { AuthService } from './service.ts';

export function authRoutes(app: App, deps: { auth: AuthService; authenticate: Authenticate }): void {
  const { auth } = deps;
  const tags = ['Accounts'];

  app.post(
    '/api/auth/register',
    {
      schema: {
        tags,
        summary: 'Create an account',
        description:
          'Makes an account and signs it in. Passwords have 8 to 128 characters, of any kind; the e-mail address is kept in lower case.',
        body: registerBody,
        response: { 201: success(session, 'The account, and the tokens of its first session.') },
        errors: ['email_taken'],
      },
    },
    async (request, reply) =>
      reply.code(201).send(succeed(await auth.register(request.body), 'User registered successfully', 201)),
  );

  app.post(
    '/api/auth/login',
    {
      schema: {
        tags,
        summary: 'Sign in',
        description:
          'Begins a session. The access token goes into `Authorization: Bearer …` and lives for minutes, the refresh token for days. An unknown address and a wrong password get the same answer.',
        body: loginBody,
        response: { 200: success(session, 'The account, and the tokens of the new session.') },
        errors: ['invalid_credentials'],
      },
    },
    async (request) => succeed(await auth.login(request.body), 'Login successful'),
  );

  app.post(
    '/api/auth/refresh',
    {
      schema: {
        tags,
        summary: 'Renew a session',
        description:
          'Gives a new pair of tokens for a refresh token, which cannot be used again after that. One that is used a second time ends its whole session, because somebody else may have it.',
        body: refreshBody,
        response: { 200: success(session, 'The account, and new tokens of the same session.') },
        errors: ['refresh_token_invalid'],
      },
    },
    async (request) => succeed(await auth.refresh(request.body.refresh_token), 'Token refreshed successfully'),
  );

  app.post(
    '/api/auth/logout',
    {
      schema: {
        tags,
        summary: 'Sign out',
        description:
          'Ends the session of this refresh token. The answer is the same when it has ended already. Its access token stays valid until it expires by itself.',
        body: refreshBody,
        response: { 200: success(z.null(), 'The session has ended.') },
      },
    },
    async (request) => {
      await auth.logout(request.body.refresh_token);
      return succeed(null, 'Logged out');
    },
  );

  app.get(
    '/api/auth/me',
    {
      onRequest: deps.authenticate,
      schema: {
        tags,
        security: [{ bearer: [] }],
        summary: 'Who am I',
        description: 'The account that the access token belongs to.',
        response: { 200: success(meView, 'The account.') },
      },
    },
    async (request) => succeed({ user: await auth.me(request.userId) }, 'User retrieved successfully'),
  );
}
