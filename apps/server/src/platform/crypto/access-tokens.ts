import { errors, SignJWT } from 'jose';
import { type KeyRing, tokenIssuer, verifySigned } from './key-ring.ts';

const audience = 'octavo-api';

/** `expired` tells the client that a refresh helps; `invalid` that it does not. */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError';
  readonly kind: 'expired' | 'invalid';

  constructor(kind: 'expired' | 'invalid') {
    super(`access token ${kind}`);
    this.kind = kind;
  }
}

export interface AccessToken {
  userId: string;
  sessionId: string;
  expiresAtMs: number;
}

export interface AccessTokens {
  sign(token: { userId: string; sessionId: string }): Promise<string>;
  /** Whether we have signed it and it has not expired; not whether its session still lives. @throws AccessTokenError */
  verify(token: string): Promise<AccessToken>;
}

/** Signed access tokens: JWT (RFC 7519) with EdDSA (RFC 8037) and nothing else. */
export function createAccessTokens(options: { keys: KeyRing; lifetimeMs: number; now?: () => number }): AccessTokens {
  const { keys } = options;
  const now = options.now ?? Date.now;
  const seen = createTokenCache();

  return {
    sign({ userId, sessionId }) {
      const issuedAt = Math.floor(now() / 1000);
      const { kid, privateKey } = keys.current();
      return new SignJWT({ typ: 'access', sid: sessionId })
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .setSubject(userId)
        .setIssuer(tokenIssuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + Math.ceil(options.lifetimeMs / 1000))
        .sign(privateKey);
    },

    async verify(token) {
      const known = seen.get(token);
      // A key that was taken off the ring takes its tokens with it.
      if (known && keys.find(known.kid)) {
        if (known.expiresAtMs <= now()) throw new AccessTokenError('expired');
        return known;
      }
      const verified = await verifySignature(token, keys, now());
      seen.set(token, verified);
      return verified;
    },
  };
}

async function verifySignature(token: string, keys: KeyRing, nowMs: number): Promise<AccessToken & { kid: string }> {
  try {
    const { payload, protectedHeader } = await verifySigned(token, { keys, audience, nowMs });
    const { sub: userId, exp, typ, sid: sessionId } = payload;
    if (typ !== 'access' || userId === undefined || exp === undefined) throw new AccessTokenError('invalid');
    // From before sessions had a name: a refresh gives it one.
    if (typeof sessionId !== 'string') throw new AccessTokenError('expired');
    return { userId, sessionId, expiresAtMs: exp * 1000, kid: protectedHeader.kid ?? '' };
  } catch (error) {
    if (error instanceof AccessTokenError) throw error;
    if (error instanceof errors.JWTExpired) throw new AccessTokenError('expired');
    throw new AccessTokenError('invalid');
  }
}

/** A signature costs about 0.1 ms to check; a client sends the same token hundreds of times. */
function createTokenCache(limit = 5000) {
  type Entry = AccessToken & { kid: string };
  const entries = new Map<string, Entry>();
  return {
    get: (token: string) => entries.get(token),
    set(token: string, value: Entry) {
      if (entries.size >= limit) entries.delete(entries.keys().next().value ?? '');
      entries.set(token, value);
    },
  };
}
