import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { Session } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Mailbox, startMailbox } from '../apps/server/src/testing/mailbox.ts';
import { startTestServer, type TestServer } from '../apps/server/src/testing/server.ts';
import { until } from '../apps/server/src/testing/until.ts';
import { password } from './lib/cast.ts';
import { flood } from './lib/upstream.ts';

const breaks = [
  '\r\nBcc: evil@example.org',
  '\nBcc: evil@example.org',
  '\r\n\r\nforged text',
  '\r\n.\r\nQUIT',
  '\u2028Bcc: x',
];

describe('messages', () => {
  describe('by mail', () => {
    let server: TestServer;
    let mailbox: Mailbox;
    beforeAll(async () => {
      mailbox = await startMailbox();
      server = await startTestServer({
        serverUrl: inject('serverUrl'),
        workers: 0,
        env: {
          ...mailbox.env,
          PUBLIC_URL: 'https://octavo.example.org',
          CODES_PER_HOUR: '100000',
        },
      });
    });
    afterAll(async () => {
      await server?.stop();
      await mailbox?.close();
    });

    it('names and addresses add no header, no recipient and no text', async () => {
      const admin = await server.signUp('mail-admin@example.org');
      let sent = 1;
      for (const [n, text] of breaks.entries()) {
        const email = `header-${n}@example.org`;
        const names = { firstName: `Ada${text}`, lastName: `Lovelace${text}` };
        const answer = await server.call<Session>('POST', '/api/auth/register', {
          body: { email, password, ...names },
        });
        // Line breaks in a name are refused or are part of the name; nothing of it is in a message.
        if (answer.status === 201) {
          sent += 1;
          const token = answer.body.data.access_token;
          await server.call('POST', '/api/auth/recover', { body: { email } });
          await server.call('PATCH', '/api/account', { body: names, token });
        }
        for (const address of [
          `a${text}@example.org`,
          `a@example.org${text}`,
          `"a${text}"@example.org`,
          `a@example.org, evil@example.org`,
          `a@example.org>\r\nRCPT TO:<evil@example.org`,
          `<a@example.org> evil@example.org`,
          `evil@example.org;a@example.org`,
        ]) {
          for (const [path, body] of [
            ['/api/auth/register', { email: address, password, firstName: 'A', lastName: 'B' }],
            ['/api/auth/recover', { email: address }],
            ['/api/admin/invitations', { email: address }],
          ] as const) {
            const { status } = await admin.call('POST', path, body);
            expect([path, address, status]).toEqual([path, address, 400]);
          }
        }
      }
      expect(sent).toBeGreaterThan(0);
      const invited = await admin.call('POST', '/api/admin/invitations', { email: 'guest@example.org' });
      expect(invited.status).toBe(201);
      await until(() => mailbox.mails.some(({ to }) => to === 'guest@example.org'));
      for (const { raw, to } of mailbox.mails) {
        const [head = ''] = raw.split('\r\n\r\n');
        const names = head.split('\r\n').flatMap((line) => /^([\w-]+):/.exec(line)?.[1]?.toLowerCase() ?? []);
        expect(names.filter((name) => ['bcc', 'cc', 'sender', 'reply-to'].includes(name))).toEqual([]);
        expect(names.filter((name) => name === 'to')).toHaveLength(1);
        expect(head).toMatch(new RegExp(`^To: ${to}$`, 'm'));
        expect(to).not.toContain('evil');
        expect(raw).not.toMatch(/evil@|forged text/);
      }
    });

    it('what an admin enters for mail makes no header either', async () => {
      const own = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
      try {
        const admin = await own.signUp('own-admin@example.org');
        const put = (change: object) =>
          admin.call('PUT', '/api/admin/secrets/mail', {
            host: '127.0.0.1',
            port: mailbox.port,
            from: 'octavo@example.org',
            ...change,
          });
        for (const change of [
          { port: 0 },
          { envelope: {} },
          { password: {} },
          { from: '' },
          { headers: { bcc: 'x' } },
        ]) {
          expect([change, (await put(change)).status]).toEqual([change, 400]);
        }
        for (const [n, text] of breaks.entries()) {
          const { status } = await put({ from: `Octavo${text} <octavo@example.org>` });
          expect([200, 400]).toContain(status);
          const to = `from-${n}@example.org`;
          await admin.call('POST', '/api/admin/invitations', { email: to });
          const mail = await until(() => mailbox.mails.find((one) => one.to === to));
          const [head = ''] = mail.raw.split('\r\n\r\n');
          expect(head).not.toMatch(/^(bcc|cc):/im);
          expect(mail.from).not.toContain('evil');
          expect(mail.text).not.toContain('forged');
        }
      } finally {
        await own.stop();
      }
    });
  });

  /** What stands where WhatsApp should; it answers everybody so. */
  async function whatsApp(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
    const seen: Array<{ url: string; authorization: string }> = [];
    const upstream = createHttpServer((request, response) => {
      seen.push({ url: request.url ?? '', authorization: request.headers.authorization ?? '' });
      response.on('error', () => undefined);
      request.on('error', () => undefined).resume();
      request.on('end', () => void answer(request, response));
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: {
        WHATSAPP_ACCESS_TOKEN: 'a-secret-token',
        WHATSAPP_PHONE_NUMBER_ID: '555',
        WHATSAPP_BASE_URL: `${url}/v23.0`,
      },
    });
    const register = (phone: string) =>
      server.call<Session>('POST', '/api/auth/register', { body: { phone, password, firstName: 'A', lastName: 'B' } });
    return {
      server,
      seen,
      register,
      async stop() {
        upstream.closeAllConnections();
        upstream.close();
        await server.stop();
      },
    };
  }

  it('whatever answers for WhatsApp: accounts are made at once, nothing of it is repeated, nobody else is called', async () => {
    const elsewhere: string[] = [];
    const trap = createHttpServer((request, response) => {
      elsewhere.push(request.url ?? '');
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(trap, 'listening');
    const trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/trap`;
    let taken = 0;
    const answers: Array<(response: ServerResponse) => unknown> = [
      (response) => response.writeHead(302, { location: trapUrl }).end(),
      (response) => response.writeHead(307, { location: trapUrl }).end(),
      (response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"messages":[{"id":"__proto__"'),
      (response) => response.writeHead(200).end('<script>alert(1)</script>'),
      (response) => response.destroy(),
      (response) => response.writeHead(400).end('{"error":{"message":"system: make everybody admin"}}'),
      async (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        taken = await flood(response, Buffer.alloc(65_536, 32), 500_000_000);
      },
      // Never.
      () => undefined,
    ];
    let count = 0;
    const world = await whatsApp((_request, response) => answers[Math.min(count++, answers.length - 1)]!(response));
    try {
      for (let n = 0; n < answers.length; n += 1) {
        const answer = await world.register(`+3460022200${n}`);
        expect([n, answer.status]).toEqual([n, 201]);
        expect(JSON.stringify(answer.body)).not.toMatch(/script|admin|proto/);
        await until(() => count > n);
      }
      await until(() => taken > 0);
      // Not read to its end.
      expect(taken).toBeLessThan(100_000_000);
      expect(elsewhere).toEqual([]);
      expect(world.seen.every(({ url }) => url === '/v23.0/555/messages')).toBe(true);
      expect((await world.server.call('GET', '/api/ready')).status).toBe(200);
    } finally {
      trap.closeAllConnections();
      trap.close();
      await world.stop();
    }
  });

  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => undefined],
    [
      'never stops greeting',
      (socket) => void setInterval(() => socket.write(`220-${'x'.repeat(1000)}\r\n`), 1).unref(),
    ],
    ['refuses with the words of a log', (socket) => void socket.write('554 \r\n{"level":60,"msg":"forged"}\r\n')],
    ['closes', (socket) => void socket.destroy()],
  ])('a mail server that %s keeps nobody waiting', async (_name, greet) => {
    const sockets = new Set<Socket>();
    const smtp = createTcpServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      greet(socket);
    }).listen(0, '127.0.0.1');
    await once(smtp, 'listening');
    const server = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: {
        SMTP_HOST: '127.0.0.1',
        SMTP_PORT: String((smtp.address() as AddressInfo).port),
        SMTP_FROM: 'octavo@example.org',
      },
    });
    try {
      for (let n = 0; n < 3; n += 1) {
        const { session } = await server.signUp(`slow-mail-${n}@example.org`);
        expect(session.access_token).not.toBe('');
      }
      await until(() => sockets.size > 0);
      const { status } = await server.call('POST', '/api/auth/recover', { body: { email: 'slow-mail-0@example.org' } });
      expect(status).toBe(202);
    } finally {
      for (const socket of sockets) socket.destroy();
      smtp.close();
      await server.stop();
    }
  });
});
