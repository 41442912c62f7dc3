import type { PasskeyLoginBody, RegisterPasskeyBody } from '@octavo/contracts';
import type { PasskeyOptions } from '@octavo/sdk';
import type { TFunction } from 'i18next';
import { errorMessage } from '../../lib/messages.ts';

/** Browsers lend passkeys to pages at an https address, and to localhost. */
export function canUsePasskeys(): boolean {
  return (
    typeof PublicKeyCredential !== 'undefined' &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function' &&
    typeof PublicKeyCredential.prototype.toJSON === 'function'
  );
}

/** Asks the device to make a passkey. @throws DOMException when the person or the device does not want to */
export async function makePasskey(options: PasskeyOptions): Promise<RegisterPasskeyBody['response']> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return toJson(await navigator.credentials.create({ publicKey })) as RegisterPasskeyBody['response'];
}

/** Asks for one of the passkeys that the person has for this site. @throws DOMException likewise */
export async function askForPasskey(options: PasskeyOptions): Promise<PasskeyLoginBody['response']> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return toJson(await navigator.credentials.get({ publicKey })) as PasskeyLoginBody['response'];
}

/** In the shape of the server; what a device leaves open is left out. */
function toJson(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException('no passkey', 'NotAllowedError');
  return JSON.parse(JSON.stringify(credential.toJSON(), (_name, value: unknown) => value ?? undefined));
}

export function passkeyMessage(error: unknown, t: TFunction, language: string): string {
  if (!(error instanceof DOMException)) return errorMessage(error, t, language);
  return error.name === 'InvalidStateError' ? t('security.passkeyThere') : t('security.passkeyStopped');
}
