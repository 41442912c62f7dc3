import type { Role, Scope } from '@octavo/contracts';
import type { FastifyRequest } from 'fastify';
import { AccessTokenError } from '../crypto/index.ts';
import { AppError } from './errors.ts';

/** Whoever sends a request or holds a connection open: a person's session, or a program's API key. */
export interface Caller {
  userId: string;
  role: Role;
  by:
    | { kind: 'session'; sessionId: string; secondFactor: boolean }
    | { kind: 'key'; keyId: string; scopes: readonly Scope[] };
  /** When what was sent stops being good; a key without an end is good for a day at a time. */
  expiresAtMs: number;
}

/** @throws AccessTokenError for a token that is not good, or not any more */
export type Identify = (token: string) => Promise<Caller>;

/** Calls back, once, when the caller's session or key has ended before its time. Returns the way to stop. */
export type WatchCaller = (caller: Caller, onEnd: () => void) => () => void;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `authenticate`; the empty string on routes that do not ask for it. */
    userId: string;
    tokenExpiresAtMs: number;
    /** Set by `authenticate` and its siblings. */
    caller: Caller | null;
  }
}

/** An `onRequest` hook: refuses before the body is read. */
export interface Authenticate {
  (request: FastifyRequest): Promise<void>;
  /** The scope that an API key needs for a method; null: keys are refused. */
  keyScope(method: string): Scope | null;
}

/** Anybody who is signed in, by session or by a key whose scopes allow it: `read` for GET, `generate` for the rest. */
export function createAuthenticate(identify: Identify): Authenticate {
  const keyScope = (method: string) => (method === 'GET' || method === 'HEAD' ? 'read' : 'generate');
  return createHook(keyScope, async (request) => {
    const { by } = await identifyRequest(identify, request);
    const needed = keyScope(request.method);
    if (by.kind === 'key' && !by.scopes.includes(needed)) throw lacksScope(needed);
  });
}

/** Only people themselves: what concerns the account is not for API keys, or a leaked key could take the account over. */
export function createAuthenticatePerson(identify: Identify): Authenticate {
  return createHook(
    () => null,
    async (request) => {
      const { by } = await identifyRequest(identify, request);
      if (by.kind === 'key') throw new AppError('forbidden', 'This is not for API keys. Sign in.');
    },
  );
}

const adminScope = 'admin';

/** Admins: a session (with a second factor where `requireSecondFactor`), or a key with the scope `admin`. */
export function createAuthenticateAdmin(
  identify: Identify,
  options: { requireSecondFactor: boolean; keysOnly?: boolean },
): Authenticate {
  return createHook(
    () => adminScope,
    async (request) => {
      const caller = await identifyRequest(identify, request);
      const refusal = adminRefusal(caller, options);
      if (refusal) throw refusal;
      if (options.keysOnly && caller.by.kind !== 'key') {
        throw new AppError('forbidden', 'This is for API keys with the scope admin.');
      }
    },
  );
}

function createHook(
  keyScope: Authenticate['keyScope'],
  hook: (request: FastifyRequest) => Promise<void>,
): Authenticate {
  return Object.assign(hook, { keyScope });
}

/** Why this caller may not do what is for admins; undefined when they may. */
export function adminRefusal({ by, role }: Caller, options: { requireSecondFactor: boolean }): AppError | undefined {
  if (role !== 'admin') return new AppError('forbidden', 'This is for admins.');
  if (by.kind === 'key') return by.scopes.includes(adminScope) ? undefined : lacksScope(adminScope);
  if (!options.requireSecondFactor || by.secondFactor) return undefined;
  return new AppError(
    'admin_second_factor_required',
    'Admins need a second factor here. Set one up in your account and sign in with it.',
  );
}

/** The caller of a request behind one of the hooks above. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('this route does not authenticate');
  return request.caller;
}

async function identifyRequest(identify: Identify, request: FastifyRequest): Promise<Caller> {
  const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
    throw new AppError('unauthorized', 'Send an access token: Authorization: Bearer <token>.');
  }
  try {
    const caller = await identify(token);
    request.caller = caller;
    request.userId = caller.userId;
    request.tokenExpiresAtMs = caller.expiresAtMs;
    return caller;
  } catch (error) {
    if (!(error instanceof AccessTokenError)) throw error;
    throw error.kind === 'expired'
      ? new AppError('token_expired', 'The access token has expired. Refresh it.')
      : new AppError('unauthorized', 'The access token is not valid.');
  }
}

function lacksScope(scope: Scope): AppError {
  return new AppError('forbidden', `This API key lacks the scope ${scope}.`);
}
