import type { RecoverBody, ResetPasswordBody } from '@octavo/contracts';
import { hashPassword } from '#platform/crypto';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import type { Messenger } from '#platform/mail';
import type { Codes } from './codes.ts';
import { messagesIn } from './messages.ts';
import type { PasswordRepository } from './password.repository.ts';
import type { AuthRepository } from './repository.ts';

/** A new password for somebody who has forgotten the old one, by a link in an e-mail or a code in WhatsApp. */
export interface Recovery {
  /**
   * Sends the message when the address belongs to an account. Answer, time, limits and what is stored are the same when
   * it does not.
   * @throws AppError too_many_requests
   */
  ask(body: RecoverBody): Promise<void>;
  /** Sets the password, and ends every session and every API key. @throws AppError code_invalid, validation_failed */
  reset(body: ResetPasswordBody): Promise<void>;
}

export function createRecovery(deps: {
  repository: Pick<AuthRepository, 'findByAddress' | 'findUser'>;
  passwords: Pick<PasswordRepository, 'recover'>;
  codes: Codes;
  messenger: Messenger;
  audit: Audit;
  /** Links begin with it, whatever host a request names. */
  publicUrl: string;
  checkNewPassword: (password: string, personal: string[], field: string) => void;
  /** Somebody's sessions and keys have ended. */
  changed: (userId: string) => void;
}): Recovery {
  const { repository, passwords, codes, messenger, audit } = deps;

  return {
    async ask({ email, phone }) {
      const channel = email === undefined ? 'whatsapp' : 'email';
      const to = email ?? phone ?? '';
      const { owner } = await repository.findByAddress(email === undefined ? { phone } : { email });
      const user = owner?.suspendedAt ? undefined : owner;
      const code = await codes.issue({ userId: user?.id ?? null, purpose: 'recover', channel, destination: to });
      if (code === undefined) {
        throw new AppError('too_many_requests', 'Too many messages were asked for. Try again in an hour.', {
          retryAfterSeconds: 3600,
        });
      }
      await audit({ action: 'recovery.asked', subjectId: user?.id ?? null, details: { channel } });
      if (!user) return;
      const texts = messagesIn[user.language];
      const { language } = user;
      // Behind #, which browsers keep to themselves: the token gets into no log and no Referer header.
      if (channel === 'email') {
        messenger.send({ channel, to, ...texts.recoveryLink(`${deps.publicUrl}/recover#token=${code}`), language });
      } else messenger.send({ channel, to, ...texts.recoveryCode(code), code, language });
    },

    async reset({ token, phone, code, password }) {
      // Before anything is used up: a password that is refused must not cost the link.
      deps.checkNewPassword(password, [], 'body.password');
      // A server that is too busy to hash must not cost it either.
      const passwordHash = await hashPassword(password);
      const used =
        token === undefined
          ? await codes.use({ purpose: 'recover', destination: phone ?? '' }, code ?? '')
          : await codes.useLink(token);
      if (!used) throw new AppError('code_invalid', 'This link or code is wrong, was used, or has expired.');
      const channel = token === undefined ? 'whatsapp' : 'email';
      const to = 'destination' in used ? String(used.destination) : (phone ?? '');
      const ended = await passwords.recover(used.userId, { channel, to, toHash: passwordHash });
      if (!ended) throw new AppError('code_invalid', 'This link or code is wrong, was used, or has expired.');
      deps.changed(used.userId);
      await audit({ action: 'recovery.used', subjectId: used.userId, details: { channel, ...ended } });
      const user = await repository.findUser(used.userId);
      if (user?.email) {
        const text = messagesIn[user.language].passwordChanged();
        messenger.send({ channel: 'email', to: user.email, ...text, language: user.language });
      }
    },
  };
}
