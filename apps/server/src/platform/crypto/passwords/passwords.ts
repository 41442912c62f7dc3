import { randomUUID } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { createGate } from '../gate.ts';

/** OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, 2 passes, 1 lane. Runs on the thread pool. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * One at a time, with a rest after each: a storm of sign-ins leaves everybody else most of the machine. What they feel
 * of it, and how many sign-ins a second that is: `npm run bench -- accounts`.
 */
const gate = createGate({ atOnce: 1, waiting: 500, restMs: 10 });

/**
 * NFKC, as NIST SP 800-63B-4 (3.1.1.2) asks for: one keyboard writes ñ as one character, another as two, and a phone may
 * write a full-width letter; all are the same password.
 */
const normalise = (password: string) => password.normalize('NFKC');

let nobody: Promise<string> | undefined;

/** Asked for as a server starts: made by the first sign-in of somebody unknown, it would make that one longer. */
export const hashOfNobody = (): Promise<string> => (nobody ??= hashPassword(randomUUID()));

/** @throws GateFull */
export function hashPassword(password: string): Promise<string> {
  return gate(() => hash(normalise(password), parameters));
}

/**
 * @param passwordHash null for an account that does not exist: the same work, and the answer is no
 * @throws GateFull
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const checked = passwordHash ?? (await hashOfNobody());
  return gate(() => verify(checked, normalise(password), parameters));
}
