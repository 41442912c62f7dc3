import { z } from 'zod';
import { text, trimmedText } from './text.ts';

export const emailAddress = z
  .string()
  .transform((value) => value.trim().toLowerCase())
  .pipe(text({ min: 3, max: 254 }))
  .pipe(z.email('must be an e-mail address'));

/** E.164; blanks, dots, hyphens and brackets that people write are left out. */
export const phoneNumber = z
  .string()
  .max(40)
  .transform((value) => value.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number with its country code, such as +34600111222'));

/**
 * As somebody typed it: nothing is trimmed or cut off. Characters are Unicode code points, counted in NFKC, the form in
 * which passwords are compared.
 */
function passwordOf(minLength: number) {
  return text({ max: 512 })
    .refine(
      (value) => lengthOf(value) >= minLength,
      minLength === 1 ? 'must not be empty' : `must have at least ${minLength} characters`,
    )
    .refine((value) => lengthOf(value) <= maxPasswordLength, `must have at most ${maxPasswordLength} characters`)
    .meta({ minLength, maxLength: maxPasswordLength });
}
export const maxPasswordLength = 128;
const lengthOf = (value: string) => [...value.normalize('NFKC')].length;

/**
 * Length only, no composition rules (NIST SP 800-63B-4, section 3.1.1.2). The server may ask for more characters, and
 * refuses passwords that everybody has.
 */
export const newPassword = passwordOf(8);
export const password = passwordOf(1);

export const accountLanguages = ['en', 'es'] as const;
/** Of messages to the account's owner. */
export const accountLanguage = z.enum(accountLanguages);
export type AccountLanguage = z.infer<typeof accountLanguage>;

export const role = z.enum(['user', 'admin']);
export type Role = z.infer<typeof role>;
/** How a message gets to somebody. */
export const channel = z.enum(['email', 'whatsapp']);
export type Channel = z.infer<typeof channel>;

const addresses = { email: emailAddress.optional(), phone: phoneNumber.optional() };
interface Addresses {
  email?: string | undefined;
  phone?: string | undefined;
}
const hasAddress = ({ email, phone }: Addresses) => email !== undefined || phone !== undefined;
const oneAddress = {
  path: ['email'],
  message: 'must be given, or phone',
  // Also when other fields are wrong, so that all is said at once.
  when: ({ value }: { value: unknown }) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

const invitationToken = text({ min: 1, max: 200 });

export const registerBody = z
  .strictObject({
    ...addresses,
    password: newPassword,
    firstName: trimmedText({ min: 1, max: 100 }),
    lastName: trimmedText({ min: 1, max: 100 }),
    language: accountLanguage.optional(),
    /** Needed where registration is by invitation. */
    invitation: invitationToken.optional(),
  })
  .refine(hasAddress, oneAddress)
  .meta({
    examples: [{ email: 'ada@example.org', password: 'correct horse battery', firstName: 'Ada', lastName: 'Lovelace' }],
  });
export type RegisterBody = z.infer<typeof registerBody>;

/** The token of an invitation's link. */
export const invitationBody = z
  .strictObject({ invitation: invitationToken })
  .meta({ examples: [{ invitation: 'the token of the link' }] });
/** What an invitation that still works says to whoever holds it. */
export const invitationOffer = z.object({
  /** The only address it is good for; null: any. */
  email: z.string().nullable(),
  role,
  expiresAt: z.string(),
});
export type InvitationOffer = z.infer<typeof invitationOffer>;

/** From an authenticator app (6 digits), or one of the recovery codes. */
const secondFactorCode = trimmedText({ min: 6, max: 20 });

const credentials = {
  ...addresses,
  password,
  /** Asked for (`second_factor_required`) once the password is right, when the account has a second factor. */
  code: secondFactorCode.optional(),
};
export const loginBody = z
  .strictObject(credentials)
  .refine(hasAddress, oneAddress)
  .meta({ examples: [{ email: 'ada@example.org', password: 'correct horse battery' }] });
export type LoginBody = z.infer<typeof loginBody>;

export const refreshBody = z
  .strictObject({ refresh_token: text({ min: 1, max: 512 }) })
  .meta({ examples: [{ refresh_token: 'the refresh_token of the last answer' }] });
export type RefreshBody = z.infer<typeof refreshBody>;

export const userView = z.object({
  id: z.string(),
  /** Empty for an account that has only a phone number. */
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
});
export type UserView = z.infer<typeof userView>;

export const tokenPair = z.object({ access_token: z.string(), refresh_token: z.string() });
export type TokenPair = z.infer<typeof tokenPair>;

export const session = z.object({ user: userView, ...tokenPair.shape });
export type Session = z.infer<typeof session>;

export const meView = z.object({ user: userView });

/** What a sign-up page needs to know before anybody is signed in. */
export const registrationView = z.object({
  mode: z.enum(['open', 'invite', 'closed']),
  /** Where nobody has an account yet, whoever registers first administers the server. */
  hasAccounts: z.boolean(),
  /** An account must be confirmed before it may generate. */
  requiresVerification: z.boolean(),
  passwordMinLength: z.int(),
  /** What can be sent. What cannot is kept for an admin to read. */
  sends: z.object({ email: z.boolean(), whatsapp: z.boolean() }),
});
export type RegistrationView = z.infer<typeof registrationView>;

const sixDigits = z.string().regex(/^\d{6}$/, 'must be 6 digits');

export const verifyBody = z
  .strictObject({ channel: channel.default('email'), code: sixDigits })
  .meta({ examples: [{ channel: 'email', code: '123456' }] });
export type VerifyBody = z.infer<typeof verifyBody>;
export const sendCodeBody = z
  .strictObject({ channel: channel.default('email') })
  .meta({ examples: [{ channel: 'email' }] });

export const recoverBody = z
  .strictObject(addresses)
  .refine(hasAddress, oneAddress)
  .meta({ examples: [{ email: 'ada@example.org' }] });
export type RecoverBody = z.infer<typeof recoverBody>;

/** Either the token of a link, or a phone number and the code that was sent to it. */
export const resetPasswordBody = z
  .strictObject({
    token: text({ min: 1, max: 200 }).optional(),
    phone: phoneNumber.optional(),
    code: sixDigits.optional(),
    password: newPassword,
  })
  .refine(({ token, phone, code }) => (token === undefined) === (phone !== undefined && code !== undefined), {
    path: ['token'],
    message: 'must be given, or phone and code',
  })
  .meta({ examples: [{ token: 'the token of the link', password: 'a new battery staple' }] });
export type ResetPasswordBody = z.infer<typeof resetPasswordBody>;

export const passwordStrengthBody = z
  .strictObject({
    password: text({ max: 512 }),
    /** Names and addresses of its owner, which it should not contain. */
    personal: z
      .array(text({ max: 254 }))
      .max(10)
      .default([]),
  })
  .meta({ examples: [{ password: 'correct horse battery', personal: ['Ada'] }] });
export type PasswordStrengthBody = z.infer<typeof passwordStrengthBody>;
export const passwordStrengthView = z.object({
  /** 0 (found at once) to 4 (out of reach). */
  score: z.int().min(0).max(4),
  /** Decimal logarithm of the guesses that somebody who knows how people choose would need. */
  guessesLog10: z.number(),
  acceptable: z.boolean(),
  /** Why it is not acceptable. */
  reason: z.string().nullable(),
});
export type PasswordStrengthView = z.infer<typeof passwordStrengthView>;
