import { randomBytes } from 'node:crypto';

/** A message that somebody's phone would show now. */
export interface ReceivedMessage {
  /** Digits only, as WhatsApp knows people. */
  to: string;
  template: string;
  language: string;
  /** The first parameter of the template's body. */
  code: string;
}

export interface Answer {
  status: number;
  body: unknown;
}

/**
 * `POST /{version}/{phone number id}/messages` of the WhatsApp Business Platform (Cloud API), for messages from a
 * template, which is all that a business may begin with. The token `bad-key` is refused as Meta refuses one; a number
 * that ends in 0000 has no WhatsApp.
 */
export function receiveMessage(token: string, body: unknown, received: (message: ReceivedMessage) => void): Answer {
  const refusal = refuseToken(token);
  if (refusal) return refusal;
  const message = readMessage(body);
  if (typeof message === 'string') return refuse(400, 100, 'OAuthException', `(#100) ${message}`);
  if (message.to.endsWith('0000')) {
    return refuse(400, 131_026, 'OAuthException', '(#131026) Message undeliverable');
  }
  received(message);
  return {
    status: 200,
    body: {
      messaging_product: 'whatsapp',
      contacts: [{ input: message.to, wa_id: message.to }],
      messages: [{ id: `wamid.${randomBytes(24).toString('base64')}`, message_status: 'accepted' }],
    },
  };
}

function readMessage(body: unknown): ReceivedMessage | string {
  const message = body as Partial<{
    messaging_product: string;
    to: string;
    type: string;
    template: {
      name: string;
      language: { code: string };
      components?: Array<{ type: string; parameters: Array<{ type: string; text: string }> }>;
    };
  }> | null;
  if (message?.messaging_product !== 'whatsapp') return 'The parameter messaging_product is required.';
  if (typeof message.to !== 'string' || !/^\+?\d{7,15}$/.test(message.to)) return 'The parameter to is required.';
  const { template } = message;
  if (message.type !== 'template' || !template) return 'Only messages of type template are sent here.';
  if (!template.name || !template.language?.code) return 'The parameter template is not complete.';
  const textOf = (type: string) => template.components?.find((each) => each.type === type)?.parameters[0]?.text;
  const code = textOf('body');
  // An authentication template has the code twice: in its text, and behind the button that copies it.
  if (code === undefined || textOf('button') !== code) return 'The parameters do not match the template.';
  return { to: message.to.replace(/^\+/, ''), template: template.name, language: template.language.code, code };
}

/** As Meta refuses a request without a token, and one with the token `bad-key`. */
export function refuseToken(token: string): Answer | undefined {
  if (token === '') return refuse(401, 104, 'OAuthException', 'An access token is required to request this resource.');
  if (token !== 'bad-key') return undefined;
  return refuse(401, 190, 'OAuthException', 'Invalid OAuth access token - Cannot parse access token');
}

export function refuse(status: number, code: number, type: string, message: string): Answer {
  return { status, body: { error: { message, type, code, fbtrace_id: randomBytes(8).toString('base64url') } } };
}
