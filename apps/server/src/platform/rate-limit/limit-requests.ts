import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../http/index.ts';
import type { App } from '../web/index.ts';
import type { Logger } from '../log/index.ts';
import { createLoginGuard, type LoginTry } from './login-guard.ts';
import { networkOf } from './network.ts';
import type { SharedCounters } from './shared-counter.ts';
import { type Budget, createWindowCounter, type Spent } from './window-counter.ts';

/** Counted in each process, without a round trip. */
const perNetwork = { name: 'network', limit: 60_000, windowSeconds: 60 };
const perUser = { name: 'user', limit: 30_000, windowSeconds: 60 };
const perUserAndRoute: Record<string, Budget> = {
  'POST /api/content/generate': { name: 'submit', limit: 12_000, windowSeconds: 60 },
  'POST /api/generations/:id/retry': { name: 'submit', limit: 12_000, windowSeconds: 60 },
  // Each calls somebody, whom a stored address may name.
  'POST /api/admin/secrets/:name/test': { name: 'credentials', limit: 30, windowSeconds: 600 },
  'POST /api/media': { name: 'upload', limit: 120, windowSeconds: 60 },
};

const registerRoute = 'POST /api/auth/register';

/** Counted for all processes together: routes that nobody needs often, and that cost a password hash or hand out sessions. */
const perNetworkAndRoute: Record<string, Budget> = {
  [registerRoute]: { name: 'register', limit: 30, windowSeconds: 3600 },
  'POST /api/auth/invitation': { name: 'invitation', limit: 120, windowSeconds: 900 },
  'POST /api/auth/refresh': { name: 'refresh', limit: 600, windowSeconds: 900 },
  // Each costs a message, of which there are only so many an hour for everybody, or a row that outlives the request.
  'POST /api/auth/recover': { name: 'recover', limit: 20, windowSeconds: 3600 },
  'POST /api/auth/recover/reset': { name: 'reset', limit: 60, windowSeconds: 900 },
  'POST /api/auth/passkey/options': { name: 'passkey', limit: 300, windowSeconds: 900 },
  'POST /api/auth/passkey': { name: 'passkey', limit: 300, windowSeconds: 900 },
  // Takes milliseconds of the one thread that everybody shares.
  'POST /api/auth/password-strength': { name: 'strength', limit: 300, windowSeconds: 900 },
};

/** Both answer whether a password is right. */
const loginRoutes = ['POST /api/auth/login', 'POST /api/account/restore'];

/** They ask whoever is signed in for the password: a stolen session must be no place to guess it. Right ones cost nothing. */
const passwordRoutes = [
  'PUT /api/account/password',
  'PUT /api/account/email',
  'PUT /api/account/phone',
  'POST /api/account/delete',
  'POST /api/account/keys',
  'POST /api/account/totp',
  'POST /api/account/totp/remove',
  'POST /api/account/recovery-codes',
  'POST /api/account/passkeys/options',
  'POST /api/account/passkeys/:id/remove',
];
const wrongPasswords = { name: 'password', limit: 10, windowSeconds: 900 };

/** Every route with a budget of its own, as `METHOD path`: a test checks that each exists. */
export const limitedRoutes = [
  ...loginRoutes,
  ...passwordRoutes,
  ...Object.keys(perUserAndRoute),
  ...Object.keys(perNetworkAndRoute),
];

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by routes that sign somebody in who is known to own the address they named. */
    holdsAddress: boolean;
  }
}

/**
 * Rate limits for every route that is added to `app` from now on. What is left of the narrowest budget stands in the
 * RateLimit headers (draft-ietf-httpapi-ratelimit-headers-10, and the three of the drafts before it, which more clients
 * know); a refused request gets 429 and Retry-After.
 */
export function limitRequests(
  app: App,
  deps: {
    counters: SharedCounters;
    scale: number;
    loginDelayMs: number;
    log: Logger;
    trustsProxy: boolean;
    /** Called once a window for an account or a network that has used up its tries to sign in. */
    onLoginsUsedUp: () => Promise<void>;
  },
): void {
  const { counters, scale } = deps;
  const scaled = (budget: Budget): Budget => ({ ...budget, limit: Math.ceil(budget.limit * scale) });

  const spend = (given: Budget) => {
    const budget = scaled(given);
    const count = createWindowCounter(budget);
    return (key: string, reply: FastifyReply): void => settle(reply, budget, count(key));
  };
  const spendNetwork = spend(perNetwork);
  const spendUser = spend(perUser);

  let hasWarned = deps.trustsProxy;
  app.addHook('onRequest', (request, reply, done) => {
    if (!hasWarned && request.headers['x-forwarded-for'] !== undefined) {
      hasWarned = true;
      deps.log.warn('requests come through a proxy, and all count as the proxy: set TRUST_PROXY to its address');
    }
    spendNetwork(networkOf(request.ip), reply);
    done();
  });
  // After `authenticate`, before the body is read.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.userId !== '') spendUser(request.userId, reply);
    done();
  });

  const login = createLoginGuard({ counters, scale, delayMs: deps.loginDelayMs, onUsedUp: deps.onLoginsUsedUp });
  app.decorateRequest('holdsAddress', false);
  const tries = new WeakMap<FastifyRequest, LoginTry>();
  const passwordBudget = scaled(wrongPasswords);
  const passwords = counters.open(passwordBudget);

  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const name = `${method} ${route.url}`;
      const forUser = perUserAndRoute[name];
      if (forUser) {
        const spendRoute = spend(forUser);
        route.preParsing = add(route.preParsing, async (request: FastifyRequest, reply: FastifyReply) => {
          spendRoute(request.userId, reply);
        });
      }
      const forNetwork = perNetworkAndRoute[name];
      if (forNetwork) {
        const budget = scaled(forNetwork);
        const counter = counters.open(budget);
        route.preHandler = add(route.preHandler, async (request: FastifyRequest, reply: FastifyReply) => {
          settle(reply, budget, await counter.add(networkOf(request.ip)));
        });
      }
      if (passwordRoutes.includes(name)) {
        route.preHandler = add(route.preHandler, async (request: FastifyRequest, reply: FastifyReply) => {
          settle(reply, passwordBudget, await passwords.add(hashOf(request.userId)));
        });
        route.onSend = add(route.onSend, async (request: FastifyRequest, reply: FastifyReply) => {
          if (reply.statusCode < 300) await passwords.giveBack(hashOf(request.userId));
        });
      }
      if (name === registerRoute) {
        route.onSend = add(route.onSend, async (request: FastifyRequest, reply: FastifyReply) => {
          if (reply.statusCode < 300 && request.holdsAddress)
            await login.welcome(accountOf(request.body), networkOf(request.ip));
        });
      }
      if (loginRoutes.includes(name)) {
        route.preHandler = add(route.preHandler, async (request: FastifyRequest, reply: FastifyReply) => {
          const attempt = await login.admit(accountOf(request.body), networkOf(request.ip));
          settle(reply, attempt.budget, attempt.spent);
          tries.set(request, attempt);
        });
        route.onSend = add(route.onSend, async (request: FastifyRequest, reply: FastifyReply) => {
          if (reply.statusCode < 300) await tries.get(request)?.succeeded(request.holdsAddress);
        });
      }
    }
  });
}

function settle(reply: FastifyReply, budget: Budget, { used, resetMs }: Spent): void {
  const left = Math.max(0, budget.limit - used);
  const resetSeconds = Math.max(1, Math.ceil(resetMs / 1000));
  reply.headers({
    'ratelimit-policy': `"${budget.name}";q=${budget.limit};w=${budget.windowSeconds}`,
    ratelimit: `"${budget.name}";r=${left};t=${resetSeconds}`,
    'ratelimit-limit': budget.limit,
    'ratelimit-remaining': left,
    'ratelimit-reset': resetSeconds,
  });
  if (used > budget.limit) {
    throw new AppError('too_many_requests', `Too many requests. Try again in ${resetSeconds} s.`, {
      retryAfterSeconds: resetSeconds,
    });
  }
}

/** The account a body names, hashed: e-mail addresses and numbers are not kept. */
function accountOf(body: unknown): string {
  const { email, phone } = (body ?? {}) as Record<string, unknown>;
  const name = typeof email === 'string' ? email : typeof phone === 'string' ? phone : '';
  return hashOf(name);
}

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url').slice(0, 22);
}

/** Fastify's hooks of one route are one function or a list of them. */
function add<Hook>(hooks: Hook | Hook[] | undefined, one: unknown): Hook[] {
  return [...(hooks === undefined ? [] : [hooks].flat()), one] as Hook[];
}
