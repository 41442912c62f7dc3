import type { LoginBody, RegisterBody, RegistrationView, Session, UserView } from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import { type AccessTokens, hashPassword, verifyPassword } from '#platform/crypto';
import type { Audit } from '#features/audit';
import { AppError, type Client } from '#platform/http';
import { hashRefreshToken, newRefreshToken, successorOf } from './refresh-token.ts';
import type { AuthRepository, NewUser, UserRow } from './repository.ts';

export interface SignedIn {
  session: Session;
  /** False where the address was only claimed so far: then the sign-in says nothing about whose it is. */
  holdsAddress: boolean;
}

export interface AuthService {
  registration(): Promise<RegistrationView>;
  register(body: RegisterBody, client: Client): Promise<SignedIn>;
  login(body: LoginBody, client: Client): Promise<SignedIn>;
  /** The account behind an address and a password, whatever state it is in. @throws AppError invalid_credentials */
  findByPassword(body: { email?: string | undefined; phone?: string | undefined; password: string }): Promise<UserRow>;
  /** A session for somebody who has proved to be this user. @throws AppError account_suspended, account_deleted */
  startSession(user: UserRow, client: Client, options: { secondFactor: boolean }): Promise<Session>;
  /** The same, for somebody who has shown a passkey. */
  startPasskeySession(userId: string, client: Client): Promise<Session>;
  /**
   * Exchanges a refresh token for a new pair. For ten seconds it may be repeated, by tabs that renew at the same time or
   * by a client that the answer did not reach, and gives the same refresh token, as long as that one is unused. After
   * that a second use is taken for theft and ends the session. @throws AppError refresh_token_invalid
   */
  refresh(refreshToken: string): Promise<Session>;
  /** Ends the session the token belongs to; says nothing about whether there was one. */
  logout(refreshToken: string): Promise<void>;
  me(userId: string): Promise<UserView>;
}

/** How long after its use a refresh token may be used again. */
const graceMs = 10_000;

export function createAuthService(deps: {
  repository: AuthRepository;
  accessTokens: AccessTokens;
  refreshTokenMs: number;
  /** What successors of refresh tokens are derived with. */
  refreshKey: Buffer;
  audit: Audit;
  registration: 'open' | 'invite' | 'closed';
  requireVerification: boolean;
  passwordMinLength: number;
  /** Which channels are set up. */
  sends: () => Promise<RegistrationView['sends']>;
  hashInvitation: (token: string) => Buffer;
  /** @throws AppError validation_failed when it is too short or everybody's */
  checkNewPassword: (password: string, personal: string[], field: string) => void;
  /** Sends the code that confirms an address. Nobody waits for it, and it never fails. */
  askToConfirm: (user: NewUser, isTaken: boolean) => void;
  /** @returns whether a second factor was used. @throws AppError second_factor_required, second_factor_invalid */
  checkSecondFactor: (userId: string, code: string | undefined) => Promise<boolean>;
  /** Somebody's sessions have changed. */
  changed: (userId: string) => void;
}): AuthService {
  const { repository, accessTokens, audit } = deps;
  const expiry = () => new Date(Date.now() + deps.refreshTokenMs);
  // Never false again once it was true.
  let hasUsers = false;

  async function mayBeFirst(): Promise<boolean> {
    hasUsers ||= await repository.hasUsers();
    return !hasUsers;
  }

  async function session(user: UserRow, sessionId: string, refreshToken: string): Promise<Session> {
    const accessToken = await accessTokens.sign({ userId: user.id, sessionId });
    return { user: present(user), access_token: accessToken, refresh_token: refreshToken };
  }

  const startSession: AuthService['startSession'] = async (user, client, { secondFactor }) => {
    if (user.suspendedAt) throw new AppError('account_suspended', 'This account is suspended. Ask an admin.');
    if (user.deletionDueAt) {
      throw new AppError(
        'account_deleted',
        `This account will be deleted on ${user.deletionDueAt.toISOString()}. Until then it can be restored.`,
      );
    }
    const { token, hash } = newRefreshToken();
    const sessionId = uuidv7();
    const isStarted = await repository.insertSession(
      { id: uuidv7(), familyId: sessionId, userId: user.id, tokenHash: hash, expiresAt: expiry() },
      { ...client, secondFactor, passwordHash: user.passwordHash },
    );
    if (!isStarted) throw new AppError('invalid_credentials', 'This account was changed meanwhile. Sign in again.');
    return session(user, sessionId, token);
  };

  /** The same work for an address that has an account and for one that has none: as many hashes, right or wrong. */
  const findByPassword: AuthService['findByPassword'] = async ({ email, phone, password }) => {
    const { owner, waiting } = await repository.findByAddress({ email, phone });
    const candidates = [owner, ...(waiting || deps.requireVerification ? [waiting] : [])];
    for (const user of candidates) {
      const isRight = await verifyPassword(user?.passwordHash ?? null, password);
      if (user && isRight) return user;
    }
    await audit({ action: 'login.failed', subjectId: (owner ?? waiting)?.id ?? null });
    throw new AppError('invalid_credentials');
  };

  /** Where addresses must be confirmed one belongs to nobody before it is, so the answer does not say whether it is taken. */
  function newUser(body: RegisterBody, passwordHash: string): NewUser {
    const addresses = { email: body.email ?? null, phone: body.phone ?? null };
    const none = { email: null, phone: null };
    const [held, waiting] = deps.requireVerification ? [none, addresses] : [addresses, none];
    return {
      id: uuidv7(),
      ...held,
      pendingEmail: waiting.email,
      pendingPhone: waiting.phone,
      passwordHash,
      firstName: body.firstName,
      lastName: body.lastName,
      language: body.language ?? 'en',
    };
  }

  return {
    async registration() {
      const first = await mayBeFirst();
      return {
        // Whoever comes first may register in any case.
        mode: first ? 'open' : deps.registration,
        hasAccounts: !first,
        requiresVerification: deps.requireVerification,
        passwordMinLength: deps.passwordMinLength,
        sends: await deps.sends(),
      };
    },

    async register(body, client) {
      const first = await mayBeFirst();
      const { invitation } = body;
      if (!first && deps.registration === 'closed') throw new AppError('registration_closed');
      if (!first && deps.registration === 'invite' && invitation === undefined) {
        throw new AppError('registration_closed', 'Registration is by invitation. Ask an admin for one.');
      }
      const personal = [body.email, body.phone, body.firstName, body.lastName].filter((each) => each !== undefined);
      deps.checkNewPassword(body.password, personal, 'body.password');
      const user = newUser(body, await hashPassword(body.password));
      const outcome = await repository.insertUser(user, {
        mayBeFirst: first,
        // Another first account may have come in between.
        ...(deps.registration !== 'open' && invitation === undefined && { only: 'first' as const }),
        invitation: invitation === undefined ? undefined : deps.hashInvitation(invitation),
      });
      if (outcome === 'not_first') throw new AppError('registration_closed');
      if (outcome === 'invitation_invalid') {
        throw new AppError('invitation_invalid', 'This invitation was used, has expired, or is for another address.');
      }
      if (outcome !== 'inserted') {
        const path = outcome === 'email_taken' ? 'body.email' : 'body.phone';
        throw new AppError(outcome, undefined, { fields: [{ path, message: 'already has an account' }] });
      }
      const { owner } = deps.requireVerification ? await repository.findByAddress(body) : {};
      deps.askToConfirm(user, owner !== undefined);
      const inserted = await repository.findUser(user.id);
      if (!inserted) throw new AppError('unavailable', 'The account was removed at once. Try again.');
      await audit({
        action: 'account.registered',
        actorId: user.id,
        details: { role: inserted.role, invited: invitation !== undefined },
      });
      const started = await startSession(inserted, client, { secondFactor: false });
      return { session: started, holdsAddress: holds(inserted, body) };
    },

    async login(body, client) {
      const user = await findByPassword(body);
      try {
        const secondFactor = await deps.checkSecondFactor(user.id, body.code);
        const started = await startSession(user, client, { secondFactor });
        await audit({ action: 'login.succeeded', subjectId: user.id });
        return { session: started, holdsAddress: holds(user, body) };
      } catch (error) {
        // Asked for the second factor, they are only half way in.
        if (error instanceof AppError && error.code !== 'second_factor_required') {
          await audit({ action: 'login.failed', subjectId: user.id });
        }
        throw error;
      }
    },

    findByPassword,
    startSession,

    async startPasskeySession(userId, client) {
      const user = await repository.findUser(userId);
      if (!user) throw new AppError('invalid_credentials');
      const started = await startSession(user, client, { secondFactor: true });
      await audit({ action: 'login.succeeded', subjectId: user.id, details: { passkey: true } });
      return started;
    },

    async refresh(refreshToken) {
      const next = successorOf(refreshToken, deps.refreshKey);
      const presented = hashRefreshToken(refreshToken);
      const renewed =
        (await repository.rotateRefreshToken(presented, { id: uuidv7(), tokenHash: next.hash, expiresAt: expiry() })) ??
        (await repository.findRepeated(presented, next.hash, graceMs));
      const user = renewed && (await repository.findUser(renewed.userId));
      if (!renewed || !user) {
        await endFamily(presented, (userId) => audit({ action: 'refresh.reused', subjectId: userId }));
        throw new AppError('refresh_token_invalid', 'Sign in again.');
      }
      return session(user, renewed.sessionId, next.token);
    },

    logout: (refreshToken) =>
      endFamily(hashRefreshToken(refreshToken), (userId) => audit({ action: 'logout', actorId: userId })),

    async me(userId) {
      const user = await repository.findUser(userId);
      if (!user) throw new AppError('unauthorized', 'This account does not exist any more.');
      return present(user);
    },
  };

  async function endFamily(tokenHash: Buffer, note: (userId: string) => Promise<void>): Promise<void> {
    const userId = await repository.revokeFamily(tokenHash);
    if (userId === undefined) return;
    deps.changed(userId);
    await note(userId);
  }
}

function holds(user: UserRow, { email, phone }: { email?: string | undefined; phone?: string | undefined }): boolean {
  return email === undefined ? user.phone === phone : user.email === email;
}

function present(user: UserRow): UserView {
  const email = user.email ?? user.pendingEmail ?? '';
  return { id: user.id, email, firstName: user.firstName, lastName: user.lastName };
}
