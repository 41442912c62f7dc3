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
import { type Authenticate, callerOf, clientOf, succeed } from '#platform/http';
import type { App } from '#platform/web';
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

  app.get(
    '/api/auth/registration',
    {
      schema: {
        summary: 'How to register',
        description: 'Whether anybody may register, and what is asked of a new account. For sign-up pages.',
        tags,
        response: { 200: success(registrationView, 'The settings.') },
      },
    },
    async () => succeed(await auth.registration(), 'Registration settings'),
  );

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
        errors: ['email_taken', 'phone_taken', 'registration_closed', 'invitation_invalid'],
      },
    },
    async (request, reply) => {
      const { session, holdsAddress } = await auth.register(request.body, clientOf(request));
      request.holdsAddress = holdsAddress;
      return reply.code(201).send(succeed(session, 'User registered successfully', 201));
    },
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
        errors: [
          'invalid_credentials',
          'second_factor_required',
          'second_factor_invalid',
          'account_suspended',
          'account_deleted',
        ],
      },
    },
    async (request) => {
      const { session, holdsAddress } = await auth.login(request.body, clientOf(request));
      request.holdsAddress = holdsAddress;
      return succeed(session, 'Login successful');
    },
  );

  app.post(
    '/api/auth/refresh',
    {
      schema: {
        tags,
        summary: 'Renew a session',
        description:
          'Gives a new pair of tokens for a refresh token. When the answer got lost it may be asked for again within ten seconds, and gives the same refresh token. One that is used later than that, or after its successor was used, ends its whole session, because somebody else may have it.',
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
          'Ends the session of this refresh token. Its access tokens stop working, and its live connections close. The answer is the same when it has ended already.',
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

  confirmRoutes(app, deps);
  recoveryRoutes(app, deps);
}

/** Codes that show that an address is read by the account's owner. */
function confirmRoutes(app: App, { verification, authenticatePerson, checkPassword }: AuthRoutesDeps): void {
  const common = { tags: ['Accounts'], security: [{ bearer: [] }], response: { 200: success(z.null(), 'Done.') } };
  const onRequest = authenticatePerson;

  app.post(
    '/api/auth/verify',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Confirm an address',
        description:
          "Takes the six digits that were sent to the account's address. Each code works once and not for long.",
        errors: ['code_invalid', 'email_taken', 'phone_taken'],
        body: verifyBody,
      },
    },
    async (request) => {
      await verification.verify(callerOf(request).userId, request.body.channel, request.body.code);
      return succeed(null, 'Address confirmed');
    },
  );

  app.post(
    '/api/auth/verify/send',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Send a code again',
        description: 'Sends a new code to the address that waits to be confirmed.',
        body: sendCodeBody,
      },
    },
    async (request) => {
      await verification.sendCode(request.userId, request.body.channel);
      return succeed(null, 'Code sent');
    },
  );

  app.put(
    '/api/account/email',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Change the e-mail address',
        description:
          'Sends a code to the new address; the old one stays until the new one is confirmed. Asks for the password.',
        errors: ['invalid_credentials'],
        body: z
          .strictObject({ email: emailAddress, password })
          .meta({ examples: [{ email: 'ada@example.org', password: 'correct horse battery' }] }),
      },
    },
    async (request) => {
      await checkPassword(request.userId, request.body.password);
      await verification.changeAddress(request.userId, { channel: 'email', to: request.body.email });
      return succeed(null, 'Code sent to the new address');
    },
  );

  app.put(
    '/api/account/phone',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Change the phone number',
        description:
          'Sends a code to the new number; the old one stays until the new one is confirmed. Asks for the password.',
        errors: ['invalid_credentials'],
        body: z
          .strictObject({ phone: phoneNumber, password })
          .meta({ examples: [{ phone: '+34600111222', password: 'correct horse battery' }] }),
      },
    },
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
    {
      schema: {
        summary: 'Ask for a new password',
        description:
          'Sends a link or a code to the address, if it has an account. The answer does not say whether it has.',
        tags,
        body: recoverBody,
        response: { 202: success(z.null(), 'Asked for.') },
      },
    },
    async (request, reply) => {
      await recovery.ask(request.body);
      return reply.code(202).send(succeed(null, 'If there is such an account, a message is on its way', 202));
    },
  );

  app.post(
    '/api/auth/recover/reset',
    {
      schema: {
        summary: 'Set a new password',
        description:
          'Takes the token of the link, or the phone number and its code. Every session of the account ends.',
        errors: ['code_invalid'],
        tags,
        body: resetPasswordBody,
        response: { 200: success(z.null(), 'The password is changed.') },
      },
    },
    async (request) => {
      await recovery.reset(request.body);
      return succeed(null, 'Password changed. Sign in with it.');
    },
  );

  app.post(
    '/api/auth/password-strength',
    {
      schema: {
        summary: 'Judge a password',
        description: 'Says how hard a password is to guess and whether it would be accepted. It is not kept.',
        tags,
        body: passwordStrengthBody,
        response: { 200: success(passwordStrengthView, 'What there is to say of it.') },
      },
    },
    (request) => succeed(passwordRules.judge(request.body.password, request.body.personal), 'Password judged'),
  );
}
