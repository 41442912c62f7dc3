import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { createGate } from './gate.ts';

/** OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, 2 passes, 1 lane. Runs on the thread pool. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * One hash for each core: the thread pool also looks up names and reads files, and a storm of logins must leave room
 * for them.
 */
const gate = createGate({ atOnce: Math.max(1, Math.min(3, availableParallelism())), waiting: 500 });

/**
 * NFKC, as NIST SP 800-63B-4 (3.1.1.2) asks for: one keyboard writes ñ as one character, another as two, and a phone may
 * write a full-width letter; all are the same password.
 */
const normalise = (password: string) => password.normalize('NFKC');

export function hashPassword(password: string): Promise<string> {
  return gate(() => hash(normalise(password), parameters));
}

export function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return gate(() => verify(passwordHash, normalise(password), parameters));
}

/** Checked when the account does not exist, so that both answers take the same time. */
export const passwordHashOfNobody = hash('nobody has this password', parameters);
