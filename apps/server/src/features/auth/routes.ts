import { loginBody, meView, refreshBody, registerBody, session, success } from '@octavo/contracts';
import { z } from 'zod';
import { type App, type Authenticate, succeed } from '#platform/http';
import type { AuthService } from './service.ts';

export function authRoutes(app: App, deps: { auth: AuthService; authenticate: Authenticate }): void {
  const { auth } = deps;
  const tags = ['Accounts'];

  app.post(
    '/api/auth/register',
    { schema: { tags, body: registerBody, response: { 201: success(session) } } },
    async (request, reply) =>
      reply.code(201).send(succeed(await auth.register(request.body), 'User registered successfully', 201)),
  );

  app.post(
    '/api/auth/login',
    { schema: { tags, body: loginBody, response: { 200: success(session) } } },
    async (request) => succeed(await auth.login(request.body), 'Login successful'),
  );

  app.post(
    '/api/auth/refresh',
    { schema: { tags, body: refreshBody, response: { 200: success(session) } } },
    async (request) => succeed(await auth.refresh(request.body.refresh_token), 'Token refreshed successfully'),
  );

  app.post(
    '/api/auth/logout',
    { schema: { tags, body: refreshBody, response: { 200: success(z.null()) } } },
    async (request) => {
      await auth.logout(request.body.refresh_token);
      return succeed(null, 'Logged out');
    },
  );

  app.get(
    '/api/auth/me',
    { onRequest: deps.authenticate, schema: { tags, security: [{ bearer: [] }], response: { 200: success(meView) } } },
    async (request) => succeed({ user: await auth.me(request.userId) }, 'User retrieved successfully'),
  );
}
