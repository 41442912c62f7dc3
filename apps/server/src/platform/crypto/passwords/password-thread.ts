import { randomUUID } from 'node:crypto';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { hashSync, verifySync } from '@node-rs/argon2';
import type { Question } from './passwords.ts';

/** OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, 2 passes, 1 lane. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const hashOfNobody = hashSync(randomUUID(), parameters);

// Linux gives each thread a priority of its own; elsewhere this would be the whole process.
if (process.platform === 'linux') setPriority(10);

parentPort?.on('message', ({ password, passwordHash }: Question) => {
  if (passwordHash === undefined) return parentPort?.postMessage(hashSync(password, parameters));
  return parentPort?.postMessage(verifySync(passwordHash ?? hashOfNobody, password));
});
