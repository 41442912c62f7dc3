import type { MailSettings } from '@octavo/contracts';
import { DeliveryError, type Message } from './message.ts';

const timeoutMs = 15_000;

/** Sends by SMTP (RFC 5321), with STARTTLS where the server offers it. @throws DeliveryError */
export async function sendMail(settings: MailSettings, message: Message): Promise<void> {
  const { host, port, secure, user, password = '' } = settings;
  // Loaded for the first message: many servers send none.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure,
    ...(user !== undefined && { auth: { user, pass: password }, requireTLS: !secure && !isThisMachine(host) }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: settings.from,
      to: { name: '', address: message.to },
      subject: message.subject,
      text: message.text,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    const isFinal = responseCode !== undefined && responseCode >= 500;
    // The server's own words may repeat the address.
    throw new DeliveryError(`mail was not taken (${responseCode ?? code ?? 'unknown'})`, { isFinal });
  } finally {
    transport.close();
  }
}

/** A password goes over an open line only where the line does not leave the machine. */
function isThisMachine(host: string): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(host);
}
