import type { WhatsAppSettings } from '@octavo/contracts';
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
  await response.body?.cancel();
  if (response.ok) return;
  const isFinal = response.status >= 400 && response.status < 500 && ![408, 429].includes(response.status);
  throw new DeliveryError(`WhatsApp refused with status ${response.status}`, { isFinal });
}
