import {
  emailAddress,
  loginBody,
  meView,
  password,
  passwordStrengthBody,
  passwordStrengthView,
  phoneNumber,
  recoverBody,
  refreshBody,
  registerBody,
  registrationView,
  resetPasswordBody,
  sendCodeBody,
  session,
  success,
  verifyBody,
} from '@octavo/contracts';
import { z } from 'zod';
import type { PasswordRules } from '#platform/crypto';
import { type App, type Authenticate, callerOf, clientOf, succeed } from '#platform/http';
import type { Recovery } from './recovery.ts';
import type { AuthService } from './service.ts';
import type { Verification } from './verification.ts';

export interface AuthRoutesDeps {
  auth: AuthService;
  verification: Verification;
  recovery: Recovery;
  passwordRules: PasswordRules;
  authenticate: Authenticate;
  authenticatePerson: Authenticate;
  /** @throws AppError invalid_credentials when it is not the user's password */
  checkPassword: (userId: string, password: string) => Promise<void>;
}

export function authRoutes(app: App, deps: AuthRoutesDeps): void {
  const { auth } = deps;
  const tags = ['Accounts'];

  app.get('/api/auth/registration', { schema: { tags, response: { 200: success(registrationView) } } }, () =>
    succeed(auth.registration(), 'Registration settings'),
  );

  app.post(
    '/api/auth/register',
    { schema: { tags, body: registerBody, response: { 201: success(session) } } },
    async (request, reply) =>
      reply
        .code(201)
        .send(succeed(await auth.register(request.body, clientOf(request)), 'User registered successfully', 201)),
  );

  app.post(
    '/api/auth/login',
    { schema: { tags, body: loginBody, response: { 200: success(session) } } },
    async (request) => succeed(await auth.login(request.body, clientOf(request)), 'Login successful'),
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

  confirmRoutes(app, deps);
  recoveryRoutes(app, deps);
}

/** Codes that show that an address is read by the account's owner. */
function confirmRoutes(app: App, { verification, authenticatePerson, checkPassword }: AuthRoutesDeps): void {
  const common = { tags: ['Accounts'], security: [{ bearer: [] }], response: { 200: success(z.null()) } };
  const onRequest = authenticatePerson;

  app.post('/api/auth/verify', { onRequest, schema: { ...common, body: verifyBody } }, async (request) => {
    await verification.verify(callerOf(request).userId, request.body.channel, request.body.code);
    return succeed(null, 'Address confirmed');
  });

  app.post('/api/auth/verify/send', { onRequest, schema: { ...common, body: sendCodeBody } }, async (request) => {
    await verification.sendCode(request.userId, request.body.channel);
    return succeed(null, 'Code sent');
  });

  app.put(
    '/api/account/email',
    { onRequest, schema: { ...common, body: z.strictObject({ email: emailAddress, password }) } },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      await verification.changeAddress(request.userId, { channel: 'email', to: request.body.email });
      return succeed(null, 'Code sent to the new address');
    },
  );

  app.put(
    '/api/account/phone',
    { onRequest, schema: { ...common, body: z.strictObject({ phone: phoneNumber, password }) } },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      await verification.changeAddress(request.userId, { channel: 'whatsapp', to: request.body.phone });
      return succeed(null, 'Code sent to the new number');
    },
  );
}

function recoveryRoutes(app: App, { recovery, passwordRules }: AuthRoutesDeps): void {
  const tags = ['Accounts'];

  app.post(
    '/api/auth/recover',
    { schema: { tags, body: recoverBody, response: { 202: success(z.null()) } } },
    async (request, reply) => {
      await recovery.ask(request.body);
      return reply.code(202).send(succeed(null, 'If there is such an account, a message is on its way', 202));
    },
  );

  app.post(
    '/api/auth/recover/reset',
    { schema: { tags, body: resetPasswordBody, response: { 200: success(z.null()) } } },
    async (request) => {
      await recovery.reset(request.body);
      return succeed(null, 'Password changed. Sign in with it.');
    },
  );

  app.post(
    '/api/auth/password-strength',
    { schema: { tags, body: passwordStrengthBody, response: { 200: success(passwordStrengthView) } } },
    (request) => succeed(passwordRules.judge(request.body.password, request.body.personal), 'Password judged'),
  );
}
