import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCallCounter } from '../directive/call-counter.ts';
import { handleRequest } from './handle-request.ts';
import { createRequestLog } from './request-log.ts';
import type { ReceivedMessage } from '../whatsapp/receive-message.ts';
import type { Sandbox, SandboxDefaults, SandboxOptions } from './sandbox.ts';

/**
 * A server that speaks the wire formats of xAI, Gemini, OpenRouter and OpenAI-compatible servers, and writes
 * sample texts instead of asking a model. It also takes messages as WhatsApp does. A prompt may ask for a fault: see `../directive/parse-directive.ts`.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, record = false, tokensPerSecond = 40, firstTokenDelayMs = 0 } = options;
  const defaults: SandboxDefaults = { tokensPerSecond, firstTokenDelayMs };
  const log = createRequestLog({ enabled: record });
  const messages: ReceivedMessage[] = [];
  const context = { counter: createCallCounter(), log, defaults, messages };

  const server = createServer((request, response) => {
    handleRequest(request, response, context).catch((error: unknown) => {
      console.error('sandbox:', error);
      response.destroy();
    });
  });
  // Longer than clients keep a connection, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 60_000;
  server.listen(port, host);
  await once(server, 'listening');
  const { port: actualPort } = server.address() as AddressInfo;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    port: actualPort,
    requests: log.entries,
    messages,
    setDefaults: (changes) => void Object.assign(defaults, changes),
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
