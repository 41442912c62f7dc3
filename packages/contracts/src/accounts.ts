import { z } from 'zod';
import { accountLanguage, channel, newPassword, password, role } from './auth.ts';
import { credentialProblems, secretNames, usualLimits } from './names.ts';
import { text, trimmedText } from './text.ts';

/** What people see and change of their own account, and what an admin sees of everybody's. */

export const scopes = ['read', 'generate', 'admin'] as const;
/**
 * `read`: every GET. `generate`: everything else that is neither account nor administration. `admin`: administration,
 * for the keys of admins. None includes another.
 */
export const scope = z.enum(scopes);
export type Scope = z.infer<typeof scope>;

export const accountView = z.object({
  id: z.string(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  phone: z.string().nullable(),
  phoneVerified: z.boolean(),
  /** Waiting to be confirmed by a code. */
  pendingEmail: z.string().nullable(),
  pendingPhone: z.string().nullable(),
  firstName: z.string(),
  lastName: z.string(),
  language: accountLanguage,
  role,
  /** Whether it may generate as far as confirmation goes. */
  mayGenerate: z.boolean(),
  secondFactor: z.object({ totp: z.boolean(), passkeys: z.int(), recoveryCodesLeft: z.int() }),
  createdAt: z.string(),
});
export type AccountView = z.infer<typeof accountView>;

export const updateAccountBody = z
  .strictObject({
    firstName: trimmedText({ min: 1, max: 100 }),
    lastName: trimmedText({ min: 1, max: 100 }),
    language: accountLanguage,
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'must not be empty')
  .meta({ examples: [{ firstName: 'Ada', language: 'es' }] });
export type UpdateAccountBody = z.infer<typeof updateAccountBody>;

export const changePasswordBody = z
  .strictObject({ currentPassword: password, newPassword })
  .meta({ examples: [{ currentPassword: 'correct horse battery', newPassword: 'a new battery staple' }] });
export type ChangePasswordBody = z.infer<typeof changePasswordBody>;

export const deleteAccountBody = z
  .strictObject({
    password,
    /** So that nobody deletes an account by a slip of the hand. */
    confirm: z.literal('DELETE', 'must be DELETE'),
  })
  .meta({ examples: [{ password: 'correct horse battery', confirm: 'DELETE' }] });
export const deletionView = z.object({ /** Until then it can be brought back. */ deletedAt: z.string() });
export type DeletionView = z.infer<typeof deletionView>;

export const sessionView = z.object({
  id: z.string(),
  /** The one that asks. */
  current: z.boolean(),
  /** Such as `Firefox on Linux`; empty when nothing is known. */
  device: z.string(),
  ip: z.string(),
  secondFactor: z.boolean(),
  createdAt: z.string(),
  lastUsedAt: z.string(),
});
export type SessionView = z.infer<typeof sessionView>;
export const sessionList = z.object({ sessions: z.array(sessionView) });

export const createApiKeyBody = z
  .strictObject({
    password,
    name: trimmedText({ min: 1, max: 100 }),
    scopes: z
      .array(scope)
      .min(1, 'must not be empty')
      .max(scopes.length)
      .transform((list) => [...new Set(list)])
      .default(['read', 'generate']),
    /** Without it the key does not expire. */
    expiresInDays: z.int().min(1).max(3650).optional(),
  })
  .meta({
    examples: [
      { password: 'correct horse battery', name: 'Nightly texts', scopes: ['read', 'generate'], expiresInDays: 90 },
    ],
  });
export type CreateApiKeyBody = z.infer<typeof createApiKeyBody>;

export const apiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters of the key, to tell keys apart. */
  prefix: z.string(),
  scopes: z.array(scope),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  /** To the minute. */
  lastUsedAt: z.string().nullable(),
});
export type ApiKeyView = z.infer<typeof apiKeyView>;
export const apiKeyList = z.object({ keys: z.array(apiKeyView) });
/** The only answer that holds the key itself. */
export const apiKeyCreated = z.object({ key: z.string(), ...apiKeyView.shape });
export type ApiKeyCreated = z.infer<typeof apiKeyCreated>;

/** TOTP as authenticator apps take it: SHA-1, 6 digits, 30 seconds. Shown once. */
export const totpSetup = z.object({ secret: z.string(), uri: z.string() });
export type TotpSetup = z.infer<typeof totpSetup>;
export const confirmTotpBody = z
  .strictObject({ code: z.string().regex(/^\d{6}$/, 'must be 6 digits') })
  .meta({ examples: [{ code: '123456' }] });
/** Shown once; each opens the account one time. */
export const recoveryCodesView = z.object({ recoveryCodes: z.array(z.string()) });
/** With the account's first second factor. */
export const totpConfirmed = z.object({ recoveryCodes: z.array(z.string()).nullable() });
export type RecoveryCodesView = z.infer<typeof recoveryCodesView>;
export const passwordBody = z.strictObject({ password }).meta({ examples: [{ password: 'correct horse battery' }] });

export const passkeyView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type PasskeyView = z.infer<typeof passkeyView>;
export const passkeyList = z.object({ passkeys: z.array(passkeyView) });
/** As `navigator.credentials` takes it; see WebAuthn level 3, `PublicKeyCredentialCreationOptionsJSON` and its sibling. */
export const passkeyOptions = z.object({ options: z.looseObject({ challenge: z.string() }) });

const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\w-]*$/, 'must be base64url');
const credential = {
  id: base64url(2048),
  rawId: base64url(2048),
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(50).optional(),
  clientExtensionResults: z.record(z.string().max(100), z.unknown()).default({}),
};
/** `RegistrationResponseJSON` of WebAuthn. */
export const registerPasskeyBody = z
  .strictObject({
    name: trimmedText({ min: 1, max: 100 }),
    response: z.looseObject({
      ...credential,
      response: z.looseObject({
        clientDataJSON: base64url(8192),
        attestationObject: base64url(65_536),
        transports: z.array(z.string().max(20)).max(10).optional(),
      }),
    }),
  })
  .meta({
    examples: [
      {
        name: 'Laptop',
        response: {
          id: 'AQIDBA',
          rawId: 'AQIDBA',
          type: 'public-key',
          clientExtensionResults: {},
          response: { clientDataJSON: 'e30', attestationObject: 'oA' },
        },
      },
    ],
  });
export type RegisterPasskeyBody = z.infer<typeof registerPasskeyBody>;
export const passkeyAdded = z.object({
  passkey: passkeyView,
  /** Given with the account's first second factor. */
  recoveryCodes: z.array(z.string()).nullable(),
});
/** `AuthenticationResponseJSON` of WebAuthn. */
export const passkeyLoginBody = z
  .strictObject({
    response: z.looseObject({
      ...credential,
      response: z.looseObject({
        clientDataJSON: base64url(8192),
        authenticatorData: base64url(8192),
        signature: base64url(8192),
        userHandle: base64url(200).optional(),
      }),
    }),
  })
  .meta({
    examples: [
      {
        response: {
          id: 'AQIDBA',
          rawId: 'AQIDBA',
          type: 'public-key',
          clientExtensionResults: {},
          response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' },
        },
      },
    ],
  });
export type PasskeyLoginBody = z.infer<typeof passkeyLoginBody>;
export const passkeyParams = z.strictObject({ id: base64url(2048) });
export const renamePasskeyBody = z
  .strictObject({ name: trimmedText({ min: 1, max: 100 }) })
  .meta({ examples: [{ name: 'Laptop' }] });

export const importResult = z.object({
  contents: z.int(),
  generations: z.int(),
  images: z.int(),
});
export type ImportResult = z.infer<typeof importResult>;

/* ---- Administration ---- */

export const adminUserView = z.object({
  id: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  firstName: z.string(),
  lastName: z.string(),
  role,
  verified: z.boolean(),
  secondFactor: z.boolean(),
  suspendedAt: z.string().nullable(),
  deletionDueAt: z.string().nullable(),
  createdAt: z.string(),
});
export type AdminUserView = z.infer<typeof adminUserView>;
export const adminUserPage = z.object({ users: z.array(adminUserView), nextCursor: z.string().nullable() });
export type AdminUserPage = z.infer<typeof adminUserPage>;
export const adminUserQuery = z.strictObject({
  /** Part of an address or a name. */
  search: trimmedText({ min: 1, max: 100 }).optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .optional()
    .meta({ default: usualLimits.users }),
  cursor: z.uuid('must be a cursor from an earlier answer').optional(),
});
export type AdminUserQuery = z.infer<typeof adminUserQuery>;
export const setRoleBody = z.strictObject({ role }).meta({ examples: [{ role: 'admin' }] });

export const createInvitationBody = z
  .strictObject({
    /** The message goes there, and only this address may use it. */
    email: text({ min: 3, max: 254 })
      .transform((value) => value.trim().toLowerCase())
      .pipe(z.email('must be an e-mail address'))
      .optional(),
    role: role.default('user'),
    expiresInDays: z.int().min(1).max(90).default(7),
  })
  .meta({ examples: [{ email: 'grace@example.org', role: 'user', expiresInDays: 7 }] });
export type CreateInvitationBody = z.infer<typeof createInvitationBody>;
export const invitationView = z.object({
  id: z.string(),
  email: z.string().nullable(),
  role,
  createdAt: z.string(),
  expiresAt: z.string(),
  usedAt: z.string().nullable(),
});
export type InvitationView = z.infer<typeof invitationView>;
export const invitationList = z.object({ invitations: z.array(invitationView) });
/** The only answer that holds the token. */
export const invitationCreated = z.object({ token: z.string(), link: z.string(), ...invitationView.shape });
export type InvitationCreated = z.infer<typeof invitationCreated>;

/** Messages that were kept here because neither mail nor WhatsApp is set up. */
export const outboxView = z.object({
  /** Which messages are sent, and thus not kept here. */
  sends: z.object({ email: z.boolean(), whatsapp: z.boolean() }),
  messages: z.array(
    z.object({
      id: z.string(),
      channel,
      to: z.string(),
      subject: z.string(),
      text: z.string(),
      createdAt: z.string(),
    }),
  ),
});
export type OutboxView = z.infer<typeof outboxView>;

/* ---- Secrets entered in the studio ---- */

export const mailSettings = z.strictObject({
  host: trimmedText({ min: 1, max: 253 }),
  port: z.int().min(1).max(65_535),
  /** TLS from the first byte (port 465); otherwise STARTTLS where the server offers it. */
  secure: z.boolean().default(false),
  user: text({ max: 254 }).optional(),
  password: text({ max: 1000 }).optional(),
  from: trimmedText({ min: 3, max: 254 }),
});
export type MailSettings = z.infer<typeof mailSettings>;
export const whatsAppSettings = z.strictObject({
  accessToken: text({ min: 1, max: 1000 }),
  phoneNumberId: z.string().regex(/^\d{1,30}$/, 'must be digits'),
  /** The approved authentication template. */
  template: z
    .string()
    .regex(/^[a-z0-9_]{1,512}$/, 'must be the name of a template')
    .default('octavo_code'),
});
export type WhatsAppSettings = z.infer<typeof whatsAppSettings>;
export const providerKeySettings = z.strictObject({ apiKey: text({ min: 1, max: 1000 }) });
/** What it has to be follows from the name: `mail`, `whatsapp`, or a provider. */
export const putSecretBody = z.record(z.string().max(100), z.unknown()).meta({ examples: [{ apiKey: 'the key' }] });

export const secretName = z.enum(secretNames);
export type SecretName = z.infer<typeof secretName>;
export const secretParams = z.strictObject({ name: secretName });
/** Never the value. */
export const secretList = z.object({
  secrets: z.array(z.object({ name: secretName, updatedAt: z.string() })),
  /** Set by the environment of the server, which goes before what is stored here. */
  inEnvironment: z.array(secretName),
});
export type SecretList = z.infer<typeof secretList>;
export const credentialProblem = z.enum(credentialProblems);
export type CredentialProblem = z.infer<typeof credentialProblem>;
/** What became of trying credentials; nothing of them, and no word of whoever was asked. */
export const credentialTrial = z.object({
  works: z.boolean(),
  /** Null when they work. */
  problem: credentialProblem.nullable(),
  message: z.string(),
});
export type CredentialTrial = z.infer<typeof credentialTrial>;

/* ---- Tokens for other services ---- */

const registeredClaims = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'typ', 'sid'];

export const createTokenBody = z
  .strictObject({
    subject: trimmedText({ min: 1, max: 200 }),
    /** Who it is for; never this server's own API. */
    audience: trimmedText({ min: 1, max: 200 })
      .refine((value) => value !== 'octavo-api', 'must not be octavo-api')
      .default('octavo-services'),
    expiresInSeconds: z.int().min(1).max(86_400).default(3600),
    claims: z
      .record(z.string().min(1).max(100), z.unknown())
      .refine((claims) => Object.keys(claims).every((name) => !registeredClaims.includes(name)), {
        message: `must not hold ${registeredClaims.join(', ')}`,
      })
      .refine((claims) => JSON.stringify(claims).length <= 4096, 'must have at most 4096 characters as JSON')
      .default({}),
  })
  .meta({
    examples: [{ subject: 'reports', audience: 'octavo-services', expiresInSeconds: 3600, claims: { plan: 'team' } }],
  });
export type CreateTokenBody = z.infer<typeof createTokenBody>;
export const tokenCreated = z.object({ token: z.string(), expiresAt: z.string() });
export const verifyTokenBody = z
  .strictObject({
    token: text({ min: 1, max: 16_384 }),
    audience: trimmedText({ min: 1, max: 200 })
      .refine((value) => value !== 'octavo-api', 'must not be octavo-api')
      .default('octavo-services'),
  })
  .meta({ examples: [{ token: 'the token of another answer', audience: 'octavo-services' }] });
export type VerifyTokenBody = z.infer<typeof verifyTokenBody>;
export const tokenVerified = z.object({
  valid: z.boolean(),
  claims: z.record(z.string(), z.unknown()).nullable(),
});
