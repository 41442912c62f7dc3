import type { CredentialProblem, MailSettings } from '@octavo/contracts';
import { DeliveryError, type Message } from './message.ts';

const timeoutMs = 15_000;

/** Sends by SMTP (RFC 5321), with STARTTLS where the server offers it. @throws DeliveryError */
export async function sendMail(settings: MailSettings, message: Message): Promise<void> {
  const transport = await connect(settings, timeoutMs);
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

/**
 * Connects and signs in as for a message, and sends none: whether the sender's address is taken stays open.
 * @returns what is wrong, if anything
 */
export async function tryMail(settings: MailSettings, withinMs: number): Promise<CredentialProblem | undefined> {
  // Where no sign-in is offered, a message would go without one, and a wrong password would look right.
  const transport = await connect(settings, withinMs, { forceAuth: settings.user !== undefined });
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), withinMs);
  try {
    const ended = await Promise.race([transport.verify().then(() => undefined), late]);
    return ended === 'late' ? 'unreachable' : undefined;
  } catch (error) {
    return problemOf(error as MailFailure);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

interface MailFailure {
  /** nodemailer's word, and that of the system or of OpenSSL behind it. */
  code?: string;
  originalCode?: string;
  /** What the server answered. */
  responseCode?: number;
}

/** They ask for an encrypted connection before anything else (RFC 3207, RFC 4954). */
const wantsTls = [530, 538];

function problemOf({ code, originalCode = '', responseCode = 0 }: MailFailure): CredentialProblem {
  if (code === 'ETLS' || wantsTls.includes(responseCode)) return 'no_tls';
  if (/^ERR_(SSL|TLS)|CERT|SELF_SIGNED/.test(originalCode)) return 'no_tls';
  if (code === 'EAUTH') return responseCode >= 400 && responseCode < 500 ? 'slow_down' : 'refused';
  return code === 'EPROTOCOL' ? 'unexpected' : 'unreachable';
}

async function connect(settings: MailSettings, withinMs: number, more: { forceAuth?: boolean } = {}) {
  const { host, port, secure, user, password = '' } = settings;
  // Loaded for the first message: many servers send none.
  const { createTransport } = await import('nodemailer');
  return createTransport({
    host,
    port,
    secure,
    ...(user !== undefined && { auth: { user, pass: password }, requireTLS: !secure && !isThisMachine(host) }),
    connectionTimeout: withinMs,
    greetingTimeout: withinMs,
    socketTimeout: withinMs,
    dnsTimeout: withinMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...more,
  });
}

/** A password goes over an open line only where the line does not leave the machine. */
function isThisMachine(host: string): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(host);
}
