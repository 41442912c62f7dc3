import { type Answer, refuse, refuseToken } from './receive-message.ts';

/** `GET /{version}/{phone number id}` of the WhatsApp Business Platform; an id that ends in 0000 is none of the token's. */
export function readPhoneNumber(token: string, id: string): Answer {
  const refusal = refuseToken(token);
  if (refusal) return refusal;
  if (id.endsWith('0000')) {
    const missing = `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`;
    return refuse(400, 100, 'GraphMethodException', missing);
  }
  return { status: 200, body: { verified_name: 'Octavo', display_phone_number: '+34 600 000 001', id } };
}
