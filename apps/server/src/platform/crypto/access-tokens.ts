import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Secrets } from './secrets.ts';

const issuer = 'octavo';
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
  expiresAtMs: number;
}

export interface AccessTokens {
  sign(userId: string): Promise<string>;
  /** @throws AccessTokenError */
  verify(token: string): Promise<AccessToken>;
}

/** Signed access tokens: JWT (RFC 7519) with EdDSA (RFC 8037) and nothing else. */
export function createAccessTokens(options: {
  signingKeys: Secrets['signingKeys'];
  lifetimeMs: number;
  now?: () => number;
}): AccessTokens {
  const now = options.now ?? Date.now;
  const keys = options.signingKeys.map(({ kid, privateKeyPem }) => {
    const privateKey = createPrivateKey(privateKeyPem);
    return { kid, privateKey, publicKey: createPublicKey(privateKey) };
  });
  const publicKeys = new Map<string, KeyObject>(keys.map(({ kid, publicKey }) => [kid, publicKey]));
  const [current] = keys;
  if (!current) throw new Error('no signing key');
  const seen = createTokenCache();

  return {
    sign(userId) {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({ typ: 'access' })
        .setProtectedHeader({ alg: 'EdDSA', kid: current.kid })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + Math.ceil(options.lifetimeMs / 1000))
        .sign(current.privateKey);
    },

    async verify(token) {
      const known = seen.get(token);
      if (known) {
        if (known.expiresAtMs <= now()) throw new AccessTokenError('expired');
        return known;
      }
      const verified = await verifySignature(token, publicKeys, now());
      seen.set(token, verified);
      return verified;
    },
  };
}

async function verifySignature(token: string, publicKeys: Map<string, KeyObject>, nowMs: number): Promise<AccessToken> {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = kid === undefined ? undefined : publicKeys.get(kid);
        if (!key) throw new AccessTokenError('invalid');
        return key;
      },
      {
        algorithms: ['EdDSA'],
        issuer,
        audience,
        requiredClaims: ['sub', 'exp', 'iat'],
        currentDate: new Date(nowMs),
      },
    );
    if (payload['typ'] !== 'access' || payload.sub === undefined || payload.exp === undefined) {
      throw new AccessTokenError('invalid');
    }
    return { userId: payload.sub, expiresAtMs: payload.exp * 1000 };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new AccessTokenError('expired');
    throw new AccessTokenError('invalid');
  }
}

/** A signature costs about 0.1 ms to check; a client sends the same token hundreds of times. */
function createTokenCache(limit = 5000) {
  const entries = new Map<string, AccessToken>();
  return {
    get: (token: string) => entries.get(token),
    set(token: string, value: AccessToken) {
      if (entries.size >= limit) entries.delete(entries.keys().next().value ?? '');
      entries.set(token, value);
    },
  };
}
