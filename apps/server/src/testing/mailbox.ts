import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface ReceivedMail {
  from: string;
  to: string;
  /** Headers and text as they came over the line. */
  raw: string;
  text: string;
}

export interface Mailbox {
  port: number;
  /** The settings of a server that sends its mail here. */
  env: Record<string, string>;
  mails: ReceivedMail[];
  close(): Promise<void>;
}

/**
 * A mail server that takes everything (RFC 5321, the part that a client uses) and shows it to the test.
 * @param options.password ask for it (RFC 4954, PLAIN); without one nobody has to sign in
 */
export async function startMailbox(options: { password?: string } = {}): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    receive(socket, mails, options.password);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    env: { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port), SMTP_FROM: 'Octavo <octavo@example.org>' },
    mails,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function receive(socket: Socket, mails: ReceivedMail[], password: string | undefined): void {
  let waiting = '';
  let data: string | undefined;
  let from = '';
  let to = '';
  socket.setEncoding('utf8');
  socket.write('220 mailbox\r\n');
  socket.on('data', (chunk: string) => {
    waiting += chunk;
    for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
      const line = waiting.slice(0, end);
      waiting = waiting.slice(end + 2);
      if (data !== undefined) {
        if (line !== '.') {
          data += `${line}\r\n`;
          continue;
        }
        mails.push({ from, to, raw: data, text: textOf(data) });
        data = undefined;
        socket.write('250 taken\r\n');
      } else if (/^DATA/i.test(line)) {
        data = '';
        socket.write('354 go on\r\n');
      } else if (/^QUIT/i.test(line)) {
        socket.end('221 bye\r\n');
      } else if (password !== undefined && /^EHLO/i.test(line)) {
        socket.write('250-mailbox\r\n250 AUTH PLAIN\r\n');
      } else if (password !== undefined && /^AUTH PLAIN/i.test(line)) {
        const given = Buffer.from(line.slice('AUTH PLAIN '.length), 'base64').toString().split('\0').at(-1);
        socket.write(given === password ? '235 welcome\r\n' : `535 not with ${given}\r\n`);
      } else if (/^AUTH/i.test(line)) {
        socket.write('502 nobody signs in here\r\n');
      } else {
        from = /^MAIL FROM:<(.*?)>/i.exec(line)?.[1] ?? from;
        to = /^RCPT TO:<(.*?)>/i.exec(line)?.[1] ?? to;
        socket.write('250 ok\r\n');
      }
    }
  });
}

function textOf(raw: string): string {
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4);
  if (/^content-transfer-encoding: base64/im.test(raw)) return Buffer.from(body, 'base64').toString();
  if (!/^content-transfer-encoding: quoted-printable/im.test(raw)) return body;
  const bytes = body
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
