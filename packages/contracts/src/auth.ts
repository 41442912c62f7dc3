import { z } from 'zod';
import { text, trimmedText } from './text.ts';

const email = z
  .string()
  .transform((value) => value.trim().toLowerCase())
  .pipe(text({ min: 3, max: 254 }))
  .pipe(z.email('must be an e-mail address'));

/** Length only, no composition rules (NIST SP 800-63B-4, section 3.1.1.2). */
const newPassword = text({ min: 8, max: 128 });

export const registerBody = z
  .strictObject({
    email,
    password: newPassword,
    firstName: trimmedText({ min: 1, max: 100 }),
    lastName: trimmedText({ min: 1, max: 100 }),
  })
  .meta({
    examples: [{ email: 'ada@example.org', password: 'correct horse battery', firstName: 'Ada', lastName: 'Lovelace' }],
  });
export type RegisterBody = z.infer<typeof registerBody>;

export const loginBody = z
  .strictObject({ email, password: text({ min: 1, max: 128 }) })
  .meta({ examples: [{ email: 'ada@example.org', password: 'correct horse battery' }] });
export type LoginBody = z.infer<typeof loginBody>;

export const refreshBody = z
  .strictObject({ refresh_token: text({ min: 1, max: 512 }) })
  .meta({ examples: [{ refresh_token: 'the refresh_token of the last answer' }] });
export type RefreshBody = z.infer<typeof refreshBody>;

export const userView = z.object({
  id: z.string(),
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
