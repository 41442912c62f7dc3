import type { CredentialProblem, WhatsAppSettings } from '@octavo/contracts';
import { DeliveryError, type Message } from './message.ts';

const timeoutMs = 15_000;

/**
 * Sends a code with an approved authentication template of the WhatsApp Business Platform (Cloud API, `POST
 * /{phone number id}/messages`): the code is the template's text and its copy button.
 * @throws DeliveryError
 */
export async function sendWhatsApp(settings: WhatsAppSettings & { baseUrl: string }, message: Message): Promise<void> {
  const { code } = message;
  if (code === undefined) throw new DeliveryError('WhatsApp carries codes only', { isFinal: true });
  const parameters = [{ type: 'text', text: code }];
  let response: Response;
  try {
    response = await fetch(`${settings.baseUrl}/${settings.phoneNumberId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${settings.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: message.to.replace(/^\+/, ''),
        type: 'template',
        template: {
          name: settings.template,
          language: { code: message.language },
          components: [
            { type: 'body', parameters },
            { type: 'button', sub_type: 'url', index: '0', parameters },
          ],
        },
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new DeliveryError('WhatsApp did not answer', { cause: error, isFinal: false });
  }
  // Whatever it says, nothing of it is used; an unread body would hold the connection.
  await response.body?.cancel().catch(() => undefined);
  if (response.ok) return;
  const isFinal = response.status >= 400 && response.status < 500 && ![408, 429].includes(response.status);
  throw new DeliveryError(`WhatsApp refused with status ${response.status}`, { isFinal });
}

/**
 * Reads the phone number that messages come from (`GET /{phone number id}`), which needs the token and costs nothing.
 * Whether the template is approved stays open.
 * @returns what is wrong, if anything
 */
export async function tryWhatsApp(
  { baseUrl, phoneNumberId, accessToken }: WhatsAppSettings & { baseUrl: string },
  withinMs: number,
): Promise<CredentialProblem | undefined> {
  // No header can carry it, and Meta makes no such tokens.
  if (!/^[\x21-\x7e]+$/.test(accessToken)) return 'refused';
  let response: Response;
  try {
    response = await fetch(`${baseUrl}/${phoneNumberId}?fields=id`, {
      headers: { authorization: `Bearer ${accessToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(withinMs),
    });
  } catch {
    return 'unreachable';
  }
  // As above: the status says enough.
  await response.body?.cancel().catch(() => undefined);
  return response.ok
    ? undefined
    : (problemOfStatus[response.status] ?? (response.status >= 500 ? 'unreachable' : 'unexpected'));
}

/** Meta answers 400 for a phone number that is not there, or not the token's. */
const problemOfStatus: Partial<Record<number, CredentialProblem>> = {
  400: 'not_found',
  401: 'refused',
  403: 'not_allowed',
  404: 'not_found',
  429: 'slow_down',
};
