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
  type Session,
  session,
  success,
  totpConfirmed,
  totpSetup,
} from '@octavo/contracts';
import { z } from 'zod';
import { type App, type Authenticate, callerOf, type Client, clientOf, succeed } from '#platform/http';
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
    { onRequest, schema: { ...common, body: passwordBody, response: { 200: success(totpSetup) } } },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      return succeed(await secondFactor.setUpTotp(request.userId), 'Scan it, and send its first code');
    },
  );
  app.post(
    '/api/account/totp/confirm',
    { onRequest, schema: { ...common, body: confirmTotpBody, response: { 200: success(totpConfirmed) } } },
    async (request) => {
      const confirmed = await secondFactor.confirmTotp(request.userId, request.body.code);
      await mark(deps, callerOf(request));
      return succeed(confirmed, 'Authenticator app set up');
    },
  );
  app.post(
    '/api/account/totp/remove',
    { onRequest, schema: { ...common, body: passwordBody, response: { 200: success(z.null()) } } },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      await secondFactor.removeTotp(request.userId);
      return succeed(null, 'Authenticator app removed');
    },
  );
  app.post(
    '/api/account/recovery-codes',
    { onRequest, schema: { ...common, body: passwordBody, response: { 200: success(recoveryCodesView) } } },
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
    { onRequest, schema: { ...common, body: passwordBody, response: { 200: success(passkeyOptions) } } },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      return succeed({ options: await passkeys.registrationOptions(request.userId) }, 'Options for a new passkey');
    },
  );
  app.post(
    '/api/account/passkeys',
    { onRequest, schema: { ...common, body: registerPasskeyBody, response: { 201: success(passkeyAdded) } } },
    async (request, reply) => {
      const passkey = await passkeys.register(request.userId, request.body);
      const recoveryCodes = await secondFactor.firstRecoveryCodes(request.userId);
      await mark(deps, callerOf(request));
      return reply.code(201).send(succeed({ passkey, recoveryCodes }, 'Passkey added', 201));
    },
  );
  app.get(
    '/api/account/passkeys',
    { onRequest, schema: { ...common, response: { 200: success(passkeyList) } } },
    async (request) => succeed({ passkeys: await passkeys.list(request.userId) }, 'Passkeys retrieved successfully'),
  );
  app.post(
    '/api/account/passkeys/:id/remove',
    {
      onRequest,
      schema: { ...common, params: passkeyParams, body: passwordBody, response: { 200: success(z.null()) } },
    },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      await passkeys.delete(request.userId, request.params.id);
      await secondFactor.afterRemoval(request.userId);
      return succeed(null, 'Passkey removed');
    },
  );

  app.post(
    '/api/auth/passkey/options',
    { schema: { tags: common.tags, response: { 200: success(passkeyOptions) } } },
    async () => succeed({ options: await passkeys.loginOptions() }, 'Options for signing in'),
  );
  app.post(
    '/api/auth/passkey',
    { schema: { tags: common.tags, body: passkeyLoginBody, response: { 200: success(session) } } },
    async (request) => {
      const userId = await passkeys.login(request.body);
      return succeed(await deps.startSession(userId, clientOf(request)), 'Login successful');
    },
  );
}

async function mark(deps: SecondFactorRoutesDeps, { userId, by }: ReturnType<typeof callerOf>): Promise<void> {
  if (by.kind === 'session') await deps.markSession(userId, by.sessionId);
}
