import {
  adminUserPage,
  adminUserQuery,
  adminUserView,
  createInvitationBody,
  credentialTrial,
  type CredentialTrial,
  idParams,
  invitationBody,
  invitationCreated,
  invitationList,
  invitationOffer,
  outboxView,
  putSecretBody,
  secretList,
  type SecretName,
  secretParams,
  setRoleBody,
  success,
} from '@octavo/contracts';
import { z } from 'zod';
import { type Authenticate, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { StoredSecrets } from './secrets.ts';
import type { AdminService } from './service.ts';

interface AdminRoutesDeps {
  admin: AdminService;
  secrets: StoredSecrets;
  trySecret: (name: SecretName) => Promise<CredentialTrial>;
  authenticateAdmin: Authenticate;
}

const common = { tags: ['Administration'], security: [{ bearer: [] }] };

export function adminRoutes(app: App, deps: AdminRoutesDeps): void {
  const { admin, authenticateAdmin: onRequest } = deps;
  const oneUser = { ...common, params: idParams, response: { 200: success(adminUserView, 'The user.') } };

  app.get(
    '/api/admin/users',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List users',
        description: 'Newest first, a page at a time. For administrators.',
        errors: ['admin_second_factor_required'],
        querystring: adminUserQuery,
        response: { 200: success(adminUserPage, 'Some users, and how to get the next.') },
      },
    },
    async (request) => succeed(await admin.users(request.query), 'Users retrieved successfully'),
  );
  app.get(
    '/api/admin/users/:id',
    {
      onRequest,
      schema: {
        ...oneUser,
        summary: 'Read a user',
        description: 'Addresses, role and state of one account. For administrators.',
        errors: ['admin_second_factor_required', 'not_found'],
      },
    },
    async (request) => succeed(await admin.user(request.params.id), 'User retrieved successfully'),
  );
  app.post(
    '/api/admin/users/:id/suspend',
    {
      onRequest,
      schema: {
        ...oneUser,
        summary: 'Suspend a user',
        description:
          'Ends every session and stops every key at once, and cancels what is being generated. For administrators.',
        errors: ['admin_second_factor_required', 'not_found', 'last_admin'],
      },
    },
    async (request) => succeed(await admin.suspend(request.params.id), 'User suspended'),
  );
  app.post(
    '/api/admin/users/:id/reinstate',
    {
      onRequest,
      schema: {
        ...oneUser,
        summary: 'Reinstate a user',
        description: 'Keys work again; sessions stay ended. For administrators.',
        errors: ['admin_second_factor_required', 'not_found'],
      },
    },
    async (request) => succeed(await admin.reinstate(request.params.id), 'User reinstated'),
  );
  app.put(
    '/api/admin/users/:id/role',
    {
      onRequest,
      schema: {
        ...oneUser,
        summary: 'Change a role',
        description: 'The last administrator stays one. For administrators.',
        errors: ['admin_second_factor_required', 'not_found', 'last_admin'],
        body: setRoleBody,
      },
    },
    async (request) => succeed(await admin.setRole(request.params.id, request.body.role), 'Role changed'),
  );
  app.post(
    '/api/admin/users/:id/end-sessions',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'End the sessions of a user',
        description: 'Signs the user out everywhere, at once. For administrators.',
        errors: ['admin_second_factor_required', 'not_found'],
        params: idParams,
        response: { 200: success(z.null(), 'They have ended.') },
      },
    },
    async (request) => {
      await admin.endSessions(request.params.id);
      return succeed(null, 'Sessions ended');
    },
  );
  app.post(
    '/api/admin/users/:id/reset-second-factor',
    {
      onRequest,
      schema: {
        ...oneUser,
        summary: 'Take away a second factor',
        description:
          'For somebody who has lost it. Passkeys, authenticator app and recovery codes go, and sessions end. For administrators.',
        errors: ['admin_second_factor_required', 'not_found'],
      },
    },
    async (request) => succeed(await admin.resetSecondFactor(request.params.id), 'Second factor taken away'),
  );

  app.get(
    '/api/admin/outbox',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List messages that were not sent',
        description: 'What is kept here because neither mail nor WhatsApp is set up. For administrators.',
        errors: ['admin_second_factor_required'],
        response: { 200: success(outboxView, 'The messages.') },
      },
    },
    async () => succeed(await admin.outbox(), 'Messages retrieved successfully'),
  );

  invitationRoutes(app, deps);
  secretRoutes(app, deps);
}

function invitationRoutes(app: App, { admin, authenticateAdmin: onRequest }: AdminRoutesDeps): void {
  app.post(
    '/api/auth/invitation',
    {
      schema: {
        tags: ['Accounts'],
        summary: 'Look at an invitation',
        description: 'What the invitation of a link is good for, as long as it works. For sign-up pages.',
        errors: ['invitation_invalid'],
        body: invitationBody,
        response: { 200: success(invitationOffer, 'Whom it invites.') },
      },
    },
    async (request) => succeed(await admin.invitation(request.body.invitation), 'Invitation retrieved'),
  );
  app.post(
    '/api/admin/invitations',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Invite somebody',
        description: 'Makes a link for one registration, and sends it when an address is given. For administrators.',
        errors: ['admin_second_factor_required'],
        body: createInvitationBody,
        response: { 201: success(invitationCreated, 'The invitation, with its token.') },
      },
    },
    async (request, reply) =>
      reply.code(201).send(succeed(await admin.invite(request.userId, request.body), 'Invitation created', 201)),
  );
  app.get(
    '/api/admin/invitations',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List invitations',
        description: 'Those that are open and those that were used; never the tokens. For administrators.',
        errors: ['admin_second_factor_required'],
        response: { 200: success(invitationList, 'The invitations.') },
      },
    },
    async () => succeed({ invitations: await admin.invitations() }, 'Invitations retrieved successfully'),
  );
  app.delete(
    '/api/admin/invitations/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Revoke an invitation',
        description: 'It cannot be used any more. For administrators.',
        errors: ['admin_second_factor_required', 'not_found'],
        params: idParams,
        response: { 200: success(z.null(), 'It is gone.') },
      },
    },
    async (request) => {
      await admin.revokeInvitation(request.params.id);
      return succeed(null, 'Invitation revoked');
    },
  );
}

function secretRoutes(app: App, { secrets, trySecret, authenticateAdmin: onRequest }: AdminRoutesDeps): void {
  app.get(
    '/api/admin/secrets',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List stored credentials',
        description: 'Which are stored and since when, never what they are. For administrators.',
        errors: ['admin_second_factor_required'],
        response: { 200: success(secretList, 'The names.') },
      },
    },
    async () => succeed(await secrets.list(), 'Names retrieved successfully'),
  );
  app.put(
    '/api/admin/secrets/:name',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Store credentials',
        description: 'Kept encrypted and never shown again. For administrators.',
        errors: ['admin_second_factor_required'],
        params: secretParams,
        body: putSecretBody,
        response: { 200: success(z.null(), 'They are stored.') },
      },
    },
    async (request) => {
      await secrets.put(request.params.name, request.body);
      return succeed(null, 'Stored');
    },
  );
  app.post(
    '/api/admin/secrets/:name/test',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Try credentials',
        description:
          'Asks whoever they are for something that costs nothing, with those that are in use: a provider for its models or what it knows of the key, the mail server for a sign-in, WhatsApp for the phone number. Answers within some ten seconds. For administrators.',
        errors: ['admin_second_factor_required', 'not_found'],
        params: secretParams,
        response: { 200: success(credentialTrial, 'Whether they work, and if not, why.') },
      },
    },
    async (request) => succeed(await trySecret(request.params.name), 'Tried'),
  );
  app.delete(
    '/api/admin/secrets/:name',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Remove credentials',
        description: 'What needs them stops working. For administrators.',
        errors: ['admin_second_factor_required', 'not_found'],
        params: secretParams,
        response: { 200: success(z.null(), 'They are gone.') },
      },
    },
    async (request) => {
      await secrets.delete(request.params.name);
      return succeed(null, 'Removed');
    },
  );
}
