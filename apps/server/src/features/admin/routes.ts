import {
  adminUserPage,
  adminUserQuery,
  adminUserView,
  createInvitationBody,
  idParams,
  invitationCreated,
  invitationList,
  outboxView,
  secretList,
  secretParams,
  setRoleBody,
  success,
} from '@octavo/contracts';
import { z } from 'zod';
import { type App, type Authenticate, succeed } from '#platform/http';
import type { StoredSecrets } from './secrets.ts';
import type { AdminService } from './service.ts';

interface AdminRoutesDeps {
  admin: AdminService;
  secrets: StoredSecrets;
  authenticateAdmin: Authenticate;
}

const common = { tags: ['Administration'], security: [{ bearer: [] }] };

export function adminRoutes(app: App, deps: AdminRoutesDeps): void {
  const { admin, authenticateAdmin: onRequest } = deps;
  const oneUser = { ...common, params: idParams, response: { 200: success(adminUserView) } };

  app.get(
    '/api/admin/users',
    { onRequest, schema: { ...common, querystring: adminUserQuery, response: { 200: success(adminUserPage) } } },
    async (request) => succeed(await admin.users(request.query), 'Users retrieved successfully'),
  );
  app.get('/api/admin/users/:id', { onRequest, schema: oneUser }, async (request) =>
    succeed(await admin.user(request.params.id), 'User retrieved successfully'),
  );
  app.post('/api/admin/users/:id/suspend', { onRequest, schema: oneUser }, async (request) =>
    succeed(await admin.suspend(request.params.id), 'User suspended'),
  );
  app.post('/api/admin/users/:id/reinstate', { onRequest, schema: oneUser }, async (request) =>
    succeed(await admin.reinstate(request.params.id), 'User reinstated'),
  );
  app.put('/api/admin/users/:id/role', { onRequest, schema: { ...oneUser, body: setRoleBody } }, async (request) =>
    succeed(await admin.setRole(request.params.id, request.body.role), 'Role changed'),
  );
  app.post(
    '/api/admin/users/:id/end-sessions',
    { onRequest, schema: { ...common, params: idParams, response: { 200: success(z.null()) } } },
    async (request) => {
      await admin.endSessions(request.params.id);
      return succeed(null, 'Sessions ended');
    },
  );
  app.post('/api/admin/users/:id/reset-second-factor', { onRequest, schema: oneUser }, async (request) =>
    succeed(await admin.resetSecondFactor(request.params.id), 'Second factor taken away'),
  );

  app.get(
    '/api/admin/outbox',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Messages that could not be sent, because neither mail nor WhatsApp is set up',
        response: { 200: success(outboxView) },
      },
    },
    async () => succeed({ messages: await admin.outbox() }, 'Messages retrieved successfully'),
  );

  invitationRoutes(app, deps);
  secretRoutes(app, deps);
}

function invitationRoutes(app: App, { admin, authenticateAdmin: onRequest }: AdminRoutesDeps): void {
  app.post(
    '/api/admin/invitations',
    { onRequest, schema: { ...common, body: createInvitationBody, response: { 201: success(invitationCreated) } } },
    async (request, reply) =>
      reply.code(201).send(succeed(await admin.invite(request.userId, request.body), 'Invitation created', 201)),
  );
  app.get(
    '/api/admin/invitations',
    { onRequest, schema: { ...common, response: { 200: success(invitationList) } } },
    async () => succeed({ invitations: await admin.invitations() }, 'Invitations retrieved successfully'),
  );
  app.delete(
    '/api/admin/invitations/:id',
    { onRequest, schema: { ...common, params: idParams, response: { 200: success(z.null()) } } },
    async (request) => {
      await admin.revokeInvitation(request.params.id);
      return succeed(null, 'Invitation revoked');
    },
  );
}

function secretRoutes(app: App, { secrets, authenticateAdmin: onRequest }: AdminRoutesDeps): void {
  app.get(
    '/api/admin/secrets',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Which credentials are stored, never what',
        response: { 200: success(secretList) },
      },
    },
    async () => succeed({ secrets: await secrets.list() }, 'Names retrieved successfully'),
  );
  app.put(
    '/api/admin/secrets/:name',
    {
      onRequest,
      schema: {
        ...common,
        params: secretParams,
        body: z.record(z.string().max(100), z.unknown()),
        response: { 200: success(z.null()) },
      },
    },
    async (request) => {
      await secrets.put(request.params.name, request.body);
      return succeed(null, 'Stored');
    },
  );
  app.delete(
    '/api/admin/secrets/:name',
    { onRequest, schema: { ...common, params: secretParams, response: { 200: success(z.null()) } } },
    async (request) => {
      await secrets.delete(request.params.name);
      return succeed(null, 'Removed');
    },
  );
}
