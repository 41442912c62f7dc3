import type { FastifyRequest } from 'fastify';
import { AccessTokenError, type AccessTokens } from '../crypto/index.ts';
import { AppError } from './errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `authenticate`; the empty string on routes that do not ask for it. */
    userId: string;
    tokenExpiresAtMs: number;
  }
}

export type Authenticate = (request: FastifyRequest) => Promise<void>;

/** An `onRequest` hook: refuses before the body is read. */
export function createAuthenticate(accessTokens: AccessTokens): Authenticate {
  return async (request) => {
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
      throw new AppError('unauthorized', 'Send an access token: Authorization: Bearer <token>.');
    }
    try {
      const { userId, expiresAtMs } = await accessTokens.verify(token);
      request.userId = userId;
      request.tokenExpiresAtMs = expiresAtMs;
    } catch (error) {
      if (!(error instanceof AccessTokenError)) throw error;
      throw error.kind === 'expired'
        ? new AppError('token_expired', 'The access token has expired. Refresh it.')
        : new AppError('unauthorized', 'The access token is not valid.');
    }
  };
}
