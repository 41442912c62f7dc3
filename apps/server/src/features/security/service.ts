import type { CreateTokenBody, VerifyTokenBody } from '@octavo/contracts';
import { exportJWK, type JWK, SignJWT } from 'jose';
import { v7 as uuidv7 } from 'uuid';
import type { Audit } from '#features/audit';
import { type KeyRing, tokenIssuer, verifySigned } from '#platform/crypto';

/** Tokens for other services, and the public keys with which they can check them by themselves. */
export interface SecurityService {
  createToken(body: CreateTokenBody): Promise<{ token: string; expiresAt: string }>;
  /** What is wrong with a token is nobody's business but its maker's: it is good or not. */
  verifyToken(body: VerifyTokenBody): Promise<{ valid: boolean; claims: Record<string, unknown> | null }>;
  /** RFC 7517; every key whose tokens are taken, and the next one before it signs. */
  jwks(): Promise<{ keys: JWK[] }>;
}

export function createSecurityService(deps: { keys: KeyRing; audit: Audit; now?: () => number }): SecurityService {
  const { keys, now = Date.now } = deps;
  return {
    async createToken({ subject, audience, expiresInSeconds, claims }) {
      const { kid, privateKey } = keys.current();
      const tokenId = uuidv7();
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = issuedAt + expiresInSeconds;
      // Neither its audience nor its type is that of an access token, so it opens nothing here.
      const token = await new SignJWT({ ...claims, typ: 'service' })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
        .setSubject(subject)
        .setIssuer(tokenIssuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(tokenId)
        .sign(privateKey);
      await deps.audit({ action: 'token.issued', subjectId: null, details: { tokenId, expiresInSeconds } });
      return { token, expiresAt: new Date(expiresAt * 1000).toISOString() };
    },

    async verifyToken({ token, audience }) {
      try {
        const { payload } = await verifySigned(token, { keys, audience, nowMs: now() });
        return payload['typ'] === 'service' ? { valid: true, claims: payload } : { valid: false, claims: null };
      } catch {
        return { valid: false, claims: null };
      }
    },

    async jwks() {
      return {
        keys: await Promise.all(
          keys.all().map(async ({ kid, publicKey }) => {
            const { kty, crv, x } = await exportJWK(publicKey);
            return { kty, crv, x, kid, use: 'sig', alg: 'EdDSA' } as JWK;
          }),
        ),
      };
    },
  };
}
