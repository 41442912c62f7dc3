import type { LoginBody, RegisterBody, Session, UserView } from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import { type AccessTokens, hashPassword, passwordHashOfNobody, verifyPassword } from '#platform/crypto';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import { hashRefreshToken, newRefreshToken } from './refresh-token.ts';
import type { AuthRepository, UserRow } from './repository.ts';

export interface AuthService {
  register(body: RegisterBody): Promise<Session>;
  login(body: LoginBody): Promise<Session>;
  /**
   * Exchanges a refresh token for a new pair. A token that was used before ends every session that came from it, but
   * for one case: two tabs that renew at the same time are no theft. For ten seconds the loser is told
   * `refresh_token_superseded`, gets nothing, and ends nothing.
   */
  refresh(refreshToken: string): Promise<Session>;
  /** Ends the session the token belongs to; says nothing about whether there was one. */
  logout(refreshToken: string): Promise<void>;
  me(userId: string): Promise<UserView>;
}

/** How long two requests with one refresh token may be apart and still be taken for tabs of one browser. */
const graceMs = 10_000;

export function createAuthService(deps: {
  repository: AuthRepository;
  accessTokens: AccessTokens;
  refreshTokenMs: number;
  audit: Audit;
}): AuthService {
  const { repository, accessTokens, audit } = deps;
  const expiry = () => new Date(Date.now() + deps.refreshTokenMs);

  async function startSession(user: UserRow): Promise<Session> {
    const { token, hash } = newRefreshToken();
    await repository.insertRefreshToken({
      id: uuidv7(),
      familyId: uuidv7(),
      userId: user.id,
      tokenHash: hash,
      expiresAt: expiry(),
    });
    return session(user, token);
  }

  async function session(user: UserRow, refreshToken: string): Promise<Session> {
    return { user: present(user), access_token: await accessTokens.sign(user.id), refresh_token: refreshToken };
  }

  return {
    async register(body) {
      const user: UserRow = {
        id: uuidv7(),
        email: body.email,
        passwordHash: await hashPassword(body.password),
        firstName: body.firstName,
        lastName: body.lastName,
      };
      if (!(await repository.insertUser(user))) {
        throw new AppError('email_taken', undefined, {
          fields: [{ path: 'body.email', message: 'already has an account' }],
        });
      }
      await audit({ action: 'account.registered', actorId: user.id });
      return startSession(user);
    },

    async login(body) {
      const user = await repository.findUserByEmail(body.email);
      const isRight = await verifyPassword(user?.passwordHash ?? (await passwordHashOfNobody), body.password);
      await audit({ action: user && isRight ? 'login.succeeded' : 'login.failed', subjectId: user?.id ?? null });
      if (!user || !isRight) throw new AppError('invalid_credentials');
      return startSession(user);
    },

    async refresh(refreshToken) {
      const next = newRefreshToken();
      const presented = hashRefreshToken(refreshToken);
      const userId = await repository.rotateRefreshToken(presented, {
        id: uuidv7(),
        tokenHash: next.hash,
        expiresAt: expiry(),
      });
      const user = userId === undefined ? undefined : await repository.findUser(userId);
      if (!user) {
        if (await repository.wasJustRotated(presented, graceMs)) throw new AppError('refresh_token_superseded');
        const victim = await repository.revokeFamily(presented);
        if (victim !== undefined) await audit({ action: 'refresh.reused', subjectId: victim });
        throw new AppError('refresh_token_invalid', 'Sign in again.');
      }
      return session(user, next.token);
    },

    async logout(refreshToken) {
      const userId = await repository.revokeFamily(hashRefreshToken(refreshToken));
      if (userId !== undefined) await audit({ action: 'logout', actorId: userId });
    },

    async me(userId) {
      const user = await repository.findUser(userId);
      if (!user) throw new AppError('unauthorized', 'This account does not exist any more.');
      return present(user);
    },
  };
}

function present(user: UserRow): UserView {
  return { id: user.id, email: user.email, firstName: user.firstName, lastName: user.lastName };
}
