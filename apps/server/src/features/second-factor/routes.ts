import {
  confirmTotpBody,
  passkeyAdded,
  passkeyList,
  passkeyLoginBody,
  passkeyOptions,
  passkeyParams,
  passwordBody,
  recoveryCodesView,
  registerPasskeyBody,
  renamePasskeyBody,
  type Session,
  session,
  success,
  totpConfirmed,
  totpSetup,
} from '@octavo/contracts';
import { z } from 'zod';
import { type Authenticate, callerOf, type Client, clientOf, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { Passkeys } from './passkeys.ts';
import type { SecondFactor } from './service.ts';

interface SecondFactorRoutesDeps {
  secondFactor: SecondFactor;
  passkeys: Passkeys;
  authenticatePerson: Authenticate;
  /** Whoever finds an open session must not lock its owner out. @throws AppError invalid_credentials */
  checkPassword: (userId: string, password: string) => Promise<void>;
  /** The session in which a second factor was just set up counts as opened with it. */
  markSession: (userId: string, sessionId: string) => Promise<void>;
  startSession: (userId: string, client: Client) => Promise<Session>;
}

const common = { tags: ['Accounts'], security: [{ bearer: [] }] };

export function secondFactorRoutes(app: App, deps: SecondFactorRoutesDeps): void {
  const { secondFactor, authenticatePerson: onRequest, checkPassword } = deps;

  app.post(
    '/api/account/totp',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Set up an authenticator app',
        description:
          'Gives a secret for the app, shown once. It counts after its first code was confirmed. Asks for the password.',
        errors: ['invalid_credentials', 'limit_reached'],
        body: passwordBody,
        response: { 200: success(totpSetup, 'The secret.') },
      },
    },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      return succeed(await secondFactor.setUpTotp(request.userId), 'Scan it, and send its first code');
    },
  );
  app.post(
    '/api/account/totp/confirm',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Confirm the authenticator app',
        description:
          'Takes the first code that the app shows. With the first second factor come recovery codes, shown once.',
        errors: ['code_invalid'],
        body: confirmTotpBody,
        response: { 200: success(totpConfirmed, 'The app is set up.') },
      },
    },
    async (request) => {
      const confirmed = await secondFactor.confirmTotp(request.userId, request.body.code);
      await mark(deps, callerOf(request));
      return succeed(confirmed, 'Authenticator app set up');
    },
  );
  app.post(
    '/api/account/totp/remove',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Remove the authenticator app',
        description: 'Asks for the password. Signing in needs no code of it any more.',
        errors: ['invalid_credentials', 'not_found'],
        body: passwordBody,
        response: { 200: success(z.null(), 'It is gone.') },
      },
    },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      await secondFactor.removeTotp(request.userId);
      return succeed(null, 'Authenticator app removed');
    },
  );
  app.post(
    '/api/account/recovery-codes',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Get new recovery codes',
        description: 'Shown once; the old ones stop working. Asks for the password.',
        errors: ['invalid_credentials', 'not_found'],
        body: passwordBody,
        response: { 200: success(recoveryCodesView, 'The codes.') },
      },
    },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      return succeed(await secondFactor.newRecoveryCodes(request.userId), 'New recovery codes; the old ones are void');
    },
  );
  passkeyRoutes(app, deps);
}

function passkeyRoutes(app: App, deps: SecondFactorRoutesDeps): void {
  const { secondFactor, passkeys, authenticatePerson: onRequest, checkPassword } = deps;

  app.post(
    '/api/account/passkeys/options',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Begin to add a passkey',
        description: 'What `navigator.credentials.create` takes. Asks for the password.',
        errors: ['invalid_credentials', 'limit_reached'],
        body: passwordBody,
        response: { 200: success(passkeyOptions, 'The options.') },
      },
    },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      return succeed({ options: await passkeys.registrationOptions(request.userId) }, 'Options for a new passkey');
    },
  );
  app.post(
    '/api/account/passkeys',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Add a passkey',
        description:
          'Takes what `navigator.credentials.create` gave. With the first second factor come recovery codes, shown once.',
        errors: ['limit_reached'],
        body: registerPasskeyBody,
        response: { 201: success(passkeyAdded, 'The passkey.') },
      },
    },
    async (request, reply) => {
      const passkey = await passkeys.register(request.userId, request.body);
      const recoveryCodes = await secondFactor.firstRecoveryCodes(request.userId);
      await mark(deps, callerOf(request));
      return reply.code(201).send(succeed({ passkey, recoveryCodes }, 'Passkey added', 201));
    },
  );
  app.get(
    '/api/account/passkeys',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List your passkeys',
        description: 'Names and last use of the passkeys of the account.',
        response: { 200: success(passkeyList, 'The passkeys.') },
      },
    },
    async (request) => succeed({ passkeys: await passkeys.list(request.userId) }, 'Passkeys retrieved successfully'),
  );
  app.patch(
    '/api/account/passkeys/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Rename a passkey',
        description: 'The name is for its owner, to tell passkeys apart.',
        errors: ['not_found'],
        params: passkeyParams,
        body: renamePasskeyBody,
        response: { 200: success(z.null(), 'It has the new name.') },
      },
    },
    async (request) => {
      await passkeys.rename(request.userId, request.params.id, request.body.name);
      return succeed(null, 'Passkey renamed');
    },
  );
  app.post(
    '/api/account/passkeys/:id/remove',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Remove a passkey',
        description: 'Asks for the password. The passkey does not open the account any more.',
        errors: ['invalid_credentials', 'not_found'],
        params: passkeyParams,
        body: passwordBody,
        response: { 200: success(z.null(), 'It is gone.') },
      },
    },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      await passkeys.delete(request.userId, request.params.id);
      return succeed(null, 'Passkey removed');
    },
  );

  app.post(
    '/api/auth/passkey/options',
    {
      schema: {
        summary: 'Begin to sign in with a passkey',
        description: 'What `navigator.credentials.get` takes; it names no account.',
        tags: common.tags,
        response: { 200: success(passkeyOptions, 'The options.') },
      },
    },
    async () => succeed({ options: await passkeys.loginOptions() }, 'Options for signing in'),
  );
  app.post(
    '/api/auth/passkey',
    {
      schema: {
        summary: 'Sign in with a passkey',
        description: 'Takes what `navigator.credentials.get` gave. No password and no code is asked for.',
        errors: ['invalid_credentials', 'account_suspended', 'account_deleted'],
        tags: common.tags,
        body: passkeyLoginBody,
        response: { 200: success(session, 'The account, and the tokens of the new session.') },
      },
    },
    async (request) => {
      const userId = await passkeys.login(request.body);
      return succeed(await deps.startSession(userId, clientOf(request)), 'Login successful');
    },
  );
}

async function mark(deps: SecondFactorRoutesDeps, { userId, by }: ReturnType<typeof callerOf>): Promise<void> {
  if (by.kind === 'session') await deps.markSession(userId, by.sessionId);
}
