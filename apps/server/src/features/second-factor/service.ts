import { createHmac, randomBytes } from 'node:crypto';
import type { AccountView, RecoveryCodesView, TotpSetup } from '@octavo/contracts';
import { Secret, TOTP } from 'otpauth';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import type { Vault } from '#platform/vault';
import type { SecondFactorRepository } from './repository.ts';

/**
 * The second factor: codes of an authenticator app (TOTP, RFC 6238), passkeys, and recovery codes for whoever loses both.
 * Once an account has one, its password alone opens nothing.
 */
export interface SecondFactor {
  status(userId: string): Promise<AccountView['secondFactor']>;
  /**
   * What a sign-in with a password still needs. At most five codes are looked at in a quarter of an hour.
   * @returns whether the account has a second factor, and the code was right
   * @throws AppError second_factor_required, second_factor_invalid, too_many_requests
   */
  check(userId: string, code: string | undefined): Promise<boolean>;
  /** A new secret; it counts from its first right code on. @throws AppError limit_reached when there is one */
  setUpTotp(userId: string): Promise<TotpSetup>;
  /** @returns recovery codes with the account's first second factor. @throws AppError code_invalid */
  confirmTotp(userId: string, code: string): Promise<{ recoveryCodes: string[] | null }>;
  removeTotp(userId: string): Promise<void>;
  /** New ones; the old ones are worth nothing any more. */
  newRecoveryCodes(userId: string): Promise<RecoveryCodesView>;
  /** Recovery codes for an account that has got its first second factor; null for one that has them. */
  firstRecoveryCodes(userId: string): Promise<string[] | null>;
  /** Takes everything away. */
  reset(userId: string): Promise<void>;
}

const issuer = 'Octavo';
const triesWindowMs = 15 * 60_000;
const maxTries = 5;
const recoveryCodeCount = 10;
/** A clock may be wrong by half a minute. */
const allowedDrift = 1;

export function createSecondFactor(deps: {
  repository: SecondFactorRepository;
  vault: Vault;
  audit: Audit;
  key: Buffer;
  /** Somebody's sessions have changed. */
  changed: (userId: string) => void;
  now?: () => number;
}): SecondFactor {
  const { repository, vault, audit, now = Date.now } = deps;
  const placeOf = (userId: string) => ({ table: 'totp_secrets', row: userId, column: 'sealed' });
  const hash = (userId: string, code: string) =>
    createHmac('sha256', deps.key)
      .update(JSON.stringify([userId, code]))
      .digest();

  async function countTry(userId: string): Promise<void> {
    if ((await repository.countTry(userId, triesWindowMs)) <= maxTries) return;
    throw new AppError('too_many_requests', 'Too many wrong codes. Try again in a quarter of an hour.', {
      retryAfterSeconds: triesWindowMs / 1000,
    });
  }

  async function isTotp(userId: string, code: string, options: { confirmed: boolean }): Promise<boolean> {
    const row = await repository.findTotp(userId);
    if (!row || (row.confirmedAt !== null) !== options.confirmed) return false;
    const totp = totpOf(Secret.fromBase32(await vault.open(placeOf(userId), row.sealed)), '');
    const timestamp = now();
    const delta = totp.validate({ token: code, timestamp, window: allowedDrift });
    return delta !== null && repository.useTotpStep(userId, totp.counter({ timestamp }) + delta);
  }

  async function newRecoveryCodes(userId: string): Promise<string[]> {
    const codes = Array.from({ length: recoveryCodeCount }, newRecoveryCode);
    await repository.putRecoveryCodes(
      userId,
      codes.map((code) => hash(userId, plain(code))),
    );
    return codes;
  }

  async function firstRecoveryCodes(userId: string): Promise<string[] | null> {
    const { recoveryCodesLeft } = await repository.status(userId);
    return recoveryCodesLeft > 0 ? null : newRecoveryCodes(userId);
  }

  return {
    status: repository.status,

    async check(userId, code) {
      const { totp, passkeys } = await repository.status(userId);
      if (!totp && passkeys === 0) return false;
      if (code === undefined) {
        throw new AppError(
          'second_factor_required',
          totp
            ? 'Send the code of your authenticator app as well, or a recovery code.'
            : 'Sign in with your passkey, or send a recovery code as well.',
        );
      }
      await countTry(userId);
      const isRight = /^\d{6}$/.test(code)
        ? await isTotp(userId, code, { confirmed: true })
        : await repository.useRecoveryCode(userId, hash(userId, plain(code)));
      if (!isRight) throw new AppError('second_factor_invalid');
      await repository.forgetTries(userId);
      return true;
    },

    async setUpTotp(userId) {
      const owner = await repository.findOwner(userId);
      const secret = new Secret({ size: 20 });
      const sealed = await vault.seal(placeOf(userId), secret.base32);
      if (!(await repository.putTotp(userId, sealed))) {
        throw new AppError('limit_reached', 'There is an authenticator app already. Remove it first.');
      }
      const label = owner?.email ?? owner?.phone ?? owner?.pending_email ?? owner?.pending_phone ?? 'account';
      return { secret: secret.base32, uri: totpOf(secret, label).toString() };
    },

    async confirmTotp(userId, code) {
      await countTry(userId);
      if (!(await isTotp(userId, code, { confirmed: false }))) {
        throw new AppError('code_invalid', 'This code is wrong. Is the clock of the device right?');
      }
      await repository.forgetTries(userId);
      await audit({ action: 'second_factor.added', details: { kind: 'totp' } });
      return { recoveryCodes: await firstRecoveryCodes(userId) };
    },

    async removeTotp(userId) {
      if (!(await repository.deleteTotp(userId))) throw new AppError('not_found', 'There is no authenticator app.');
      deps.changed(userId);
      await audit({ action: 'second_factor.removed', details: { kind: 'totp' } });
    },

    async newRecoveryCodes(userId) {
      const { totp, passkeys } = await repository.status(userId);
      if (!totp && passkeys === 0) throw new AppError('not_found', 'Set up a second factor first.');
      const recoveryCodes = await newRecoveryCodes(userId);
      await audit({ action: 'recovery_codes.renewed' });
      return { recoveryCodes };
    },

    firstRecoveryCodes,
    reset: repository.deleteAll,
  };
}

function totpOf(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer, label, algorithm: 'SHA1', digits: 6, period: 30, secret });
}

const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Fifty bits, without the letters and digits that look alike. */
function newRecoveryCode(): string {
  const code = [...randomBytes(10)].map((byte) => letters[byte % letters.length]).join('');
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** As it is compared: people type capitals, blanks or no hyphen. */
function plain(code: string): string {
  return code.toLowerCase().replace(/[\s-]/g, '');
}
