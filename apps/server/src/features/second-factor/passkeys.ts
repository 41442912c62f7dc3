import type { PasskeyLoginBody, PasskeyView, RegisterPasskeyBody } from '@octavo/contracts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { parse as parseUuid } from 'uuid';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import type { PasskeyRow, SecondFactorRepository } from './repository.ts';

type Options = Record<string, unknown> & { challenge: string };

/**
 * Passkeys (WebAuthn level 3): they sign in by themselves and stand for both factors, because the device asks for a
 * finger, a face or a PIN (`userVerification: required`). Which site they are for comes from PUBLIC_URL.
 */
export interface Passkeys {
  registrationOptions(userId: string): Promise<Options>;
  /** @throws AppError validation_failed, limit_reached */
  register(userId: string, body: RegisterPasskeyBody): Promise<PasskeyView>;
  loginOptions(): Promise<Options>;
  /** @returns whose passkey it is. @throws AppError invalid_credentials */
  login(body: PasskeyLoginBody): Promise<string>;
  list(userId: string): Promise<PasskeyView[]>;
  /** @throws AppError not_found */
  rename(userId: string, id: string, name: string): Promise<void>;
  delete(userId: string, id: string): Promise<void>;
  tidy(): Promise<void>;
}

const challengeLivesMs = 5 * 60_000;
const maxPasskeys = 20;

/** It is large: a server on which nobody has a passkey never loads it. */
const webauthn = () => import('@simplewebauthn/server');

export function createPasskeys(deps: {
  repository: SecondFactorRepository;
  audit: Audit;
  publicUrl: string;
  /** Somebody's sessions have changed. */
  changed: (userId: string) => void;
}): Passkeys {
  const { repository, audit } = deps;
  const { hostname: rpId, origin } = new URL(deps.publicUrl);

  return {
    async registrationOptions(userId) {
      const [owner, existing] = await Promise.all([repository.findOwner(userId), repository.passkeysOf(userId)]);
      if (existing.length >= maxPasskeys) {
        throw tooMany();
      }
      const options = await (
        await webauthn()
      ).generateRegistrationOptions({
        rpName: 'Octavo',
        rpID: rpId,
        userID: Uint8Array.from(parseUuid(userId)),
        userName: owner?.email ?? owner?.phone ?? owner?.pending_email ?? owner?.pending_phone ?? 'account',
        userDisplayName: `${owner?.first_name ?? ''} ${owner?.last_name ?? ''}`.trim(),
        attestationType: 'none',
        excludeCredentials: existing.map(({ id, transports }) => ({ id, transports })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      await repository.insertChallenge(options.challenge, userId, challengeLivesMs);
      return { ...options };
    },

    async register(userId, { name, response }) {
      const refused = () => {
        const fields = [{ path: 'body.response', message: 'is not a passkey for this site' }];
        return new AppError('validation_failed', 'This passkey was not accepted. Try again.', { fields });
      };
      const challenge = challengeOf(response.response.clientDataJSON);
      if (challenge === undefined || !(await repository.takeChallenge(challenge, userId))) throw refused();
      const { verifyRegistrationResponse } = await webauthn();
      const verified = await verifyRegistrationResponse({
        response: response as unknown as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpId,
        requireUserVerification: true,
      }).catch(() => undefined);
      if (!verified?.verified) throw refused();
      const { credential } = verified.registrationInfo;
      const row = await repository.insertPasskey(
        {
          id: credential.id,
          userId,
          name,
          publicKey: Buffer.from(credential.publicKey),
          counter: credential.counter,
          transports: credential.transports ?? [],
        },
        maxPasskeys,
      );
      if (row === 'limit_reached') throw tooMany();
      if (row === 'known_already') throw refused();
      await audit({ action: 'second_factor.added', details: { kind: 'passkey' } });
      return present(row);
    },

    async loginOptions() {
      const options = await (
        await webauthn()
      ).generateAuthenticationOptions({ rpID: rpId, userVerification: 'required' });
      await repository.insertChallenge(options.challenge, null, challengeLivesMs);
      return { ...options };
    },

    async login({ response }) {
      const refused = () => new AppError('invalid_credentials', 'This passkey was not accepted.');
      const challenge = challengeOf(response.response.clientDataJSON);
      if (challenge === undefined || !(await repository.takeChallenge(challenge, null))) throw refused();
      const passkey = await repository.findPasskey(response.id);
      if (!passkey) throw refused();
      const { verifyAuthenticationResponse } = await webauthn();
      const verified = await verifyAuthenticationResponse({
        response: response as unknown as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpId,
        credential: { id: passkey.id, publicKey: Uint8Array.from(passkey.publicKey), counter: passkey.counter },
        requireUserVerification: true,
      }).catch(() => undefined);
      const handle = response.response.userHandle;
      const isOwners =
        handle === undefined || Buffer.from(handle, 'base64url').equals(Buffer.from(parseUuid(passkey.userId)));
      if (!verified?.verified || !isOwners) throw refused();
      const { newCounter } = verified.authenticationInfo;
      if (!(await repository.notePasskeyUse(passkey.id, passkey.counter, newCounter))) throw refused();
      return passkey.userId;
    },

    async list(userId) {
      return (await repository.passkeysOf(userId)).map(present);
    },
    async rename(userId, id, name) {
      if (!(await repository.renamePasskey(userId, id, name))) {
        throw new AppError('not_found', 'There is no such passkey.');
      }
    },
    async delete(userId, id) {
      if (!(await repository.deletePasskey(userId, id))) throw new AppError('not_found', 'There is no such passkey.');
      deps.changed(userId);
      await audit({ action: 'second_factor.removed', details: { kind: 'passkey' } });
    },
    tidy: repository.deleteOldChallenges,
  };
}

function tooMany(): AppError {
  return new AppError('limit_reached', `There are ${maxPasskeys} passkeys already. Delete one you do not need.`);
}

/** What the browser says it answers; whether we asked is looked up, and whether it is signed is checked later. */
function challengeOf(clientDataJSON: string): string | undefined {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()) as { challenge?: unknown };
    return typeof challenge === 'string' && challenge.length <= 200 ? challenge : undefined;
  } catch {
    return undefined;
  }
}

function present({ id, name, createdAt, lastUsedAt }: PasskeyRow): PasskeyView {
  return { id, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}
