import type { AccountLanguage, Channel } from '@octavo/contracts';

/** Something an account's owner is told. */
export interface Message {
  channel: Channel;
  /** An e-mail address, or a phone number in E.164 form. */
  to: string;
  subject: string;
  text: string;
  /** WhatsApp carries nothing else: the business may begin a conversation with an approved template only. */
  code?: string;
  language: AccountLanguage;
}

/** It was not delivered; the message names no address and no secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** Another try will not help. */
  readonly isFinal: boolean;

  constructor(message: string, options: ErrorOptions & { isFinal: boolean }) {
    super(message, options);
    this.isFinal = options.isFinal;
  }
}
