import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createGate } from '../gate.ts';

/** What the thread is asked: for a hash of a password, or, with a hash, whether it is the password's. */
export interface Question {
  password: string;
  passwordHash?: string | null;
}

/**
 * One at a time, with a rest after each, in a thread that steps back for everything else: a storm of sign-ins slows
 * down itself. Some 35 a second; `npm run bench -- accounts` says what others feel of it.
 */
const gate = createGate({ atOnce: 1, waiting: 500, restMs: 10 });
let thread: Worker | undefined;

/**
 * NFKC, as NIST SP 800-63B-4 (3.1.1.2) asks for: one keyboard writes ñ as one character, another as two, and a phone may
 * write a full-width letter; all are the same password.
 */
const normalise = (password: string) => password.normalize('NFKC');

/** @throws GateFull */
export async function hashPassword(password: string): Promise<string> {
  return String(await ask({ password: normalise(password) }));
}

/**
 * @param passwordHash null for an account that does not exist: the same work, and the answer is no
 * @throws GateFull
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  return (await ask({ password: normalise(password), passwordHash })) === true;
}

function ask(question: Question): Promise<unknown> {
  return gate(async () => {
    thread ??= startThread();
    const answered = once(thread, 'message');
    thread.postMessage(question);
    const [answer] = await answered;
    return answer;
  });
}

function startThread(): Worker {
  const started = new Worker(new URL('./password-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  });
  started.unref();
  // Whoever waits for an answer is told; the next one gets a new thread.
  started.on('error', () => {
    if (thread === started) thread = undefined;
  });
  return started;
}
