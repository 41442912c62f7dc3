import type { Channel } from '@octavo/contracts';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import type { Messenger } from '#platform/mail';
import type { Codes } from './codes.ts';
import { messagesIn } from './messages.ts';
import type { AddressRepository } from './address.repository.ts';
import type { NewUser } from './repository.ts';

/** Confirms that an address is read by the account's owner, with a code of six digits that was sent there. */
export interface Verification {
  /** After registration: nobody waits for it, and the limits are silent, because the account exists anyway. */
  askToConfirm(user: NewUser, isTaken: boolean): void;
  /** @throws AppError too_many_requests, validation_failed when there is nothing to confirm */
  sendCode(userId: string, channel: Channel): Promise<void>;
  /** @throws AppError code_invalid, email_taken, phone_taken */
  verify(userId: string, channel: Channel, code: string): Promise<void>;
  /** Lets a new address wait for its code. The old one stays until then. */
  changeAddress(userId: string, address: { channel: Channel; to: string }): Promise<void>;
  /** @throws AppError verification_required, where it is asked for */
  assertMayGenerate(userId: string): Promise<void>;
}

export function createVerification(deps: {
  repository: AddressRepository;
  codes: Codes;
  messenger: Messenger;
  audit: Audit;
  required: boolean;
  publicUrl: string;
  changed: (userId: string) => void;
  onError: (error: unknown) => void;
}): Verification {
  const { repository, codes, messenger, audit } = deps;

  async function send(
    user: Pick<NewUser, 'id' | 'language'>,
    channel: Channel,
    to: string,
    isTaken: boolean,
  ): Promise<boolean> {
    const code = await codes.issue({ userId: user.id, purpose: 'verify', channel, destination: to });
    if (code === undefined) return false;
    const texts = messagesIn[user.language];
    if (!isTaken) {
      messenger.send({ channel, to, ...texts.code(code), code, language: user.language });
    } else if (channel === 'email') {
      // Whoever types a stranger's address gets no code for it, and does not learn that it has an account.
      messenger.send({ channel, to, ...texts.alreadyRegistered(`${deps.publicUrl}/recover`), language: user.language });
    }
    return true;
  }

  return {
    askToConfirm(user, isTaken) {
      const email = user.email ?? user.pendingEmail;
      const phone = user.phone ?? user.pendingPhone;
      const sending = [
        ...(email === null ? [] : [send(user, 'email', email, isTaken)]),
        ...(phone === null ? [] : [send(user, 'whatsapp', phone, isTaken)]),
      ];
      Promise.all(sending).catch(deps.onError);
    },

    async sendCode(userId, channel) {
      const address = await repository.toConfirm(userId, channel);
      if (!address) throw new AppError('validation_failed', 'There is no address of this kind to confirm.');
      if (!(await send({ id: userId, language: address.language }, channel, address.to, address.isTaken))) {
        throw tooMany();
      }
    },

    async verify(userId, channel, code) {
      const address = await repository.toConfirm(userId, channel);
      const used = address && (await codes.use({ purpose: 'verify', destination: address.to, userId }, code));
      if (!address || !used)
        throw new AppError('code_invalid', 'This code is wrong or has expired. Ask for a new one.');
      const outcome = await repository.confirm(userId, channel, address.to);
      if (outcome !== 'confirmed') throw new AppError(outcome);
      deps.changed(userId);
      await audit({ action: 'account.verified', details: { channel } });
    },

    async changeAddress(userId, { channel, to }) {
      await repository.setPending(userId, channel, to);
      await audit({ action: 'address.change_asked', details: { channel } });
      const address = await repository.toConfirm(userId, channel);
      if (!address) return;
      if (!(await send({ id: userId, language: address.language }, channel, to, address.isTaken))) throw tooMany();
    },

    async assertMayGenerate(userId) {
      if (!deps.required || (await repository.isConfirmed(userId))) return;
      throw new AppError('verification_required', 'Confirm your account with the code that was sent to you first.');
    },
  };
}

function tooMany(): AppError {
  return new AppError('too_many_requests', 'Too many codes were sent. Try again in an hour.', {
    retryAfterSeconds: 3600,
  });
}
