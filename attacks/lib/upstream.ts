import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Upstream {
  /** For OPENAI_COMPATIBLE_BASE_URL. */
  url: string;
  close(): Promise<void>;
}

/** A provider that answers whatever an attacker wants: `answer` gets every call for a text. */
export async function startUpstream(answer: (response: ServerResponse) => void | Promise<void>): Promise<Upstream> {
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    if (request.url?.endsWith('/models')) {
      response.setHeader('content-type', 'application/json');
      response.end('{"object":"list","data":[{"id":"evil"}]}');
      return;
    }
    request.resume();
    request.on('end', () => void answer(response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A chunk of a chat completion as a server-sent event. */
export function chunk(content: string, finishReason: string | null = null): string {
  const body = {
    id: 'x',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'evil',
    choices: [{ index: 0, delta: { content }, finish_reason: finishReason }],
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}

/** Answers with these words and a proper end. */
export function say(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of text.match(/[^]{1,40}/gu) ?? []) response.write(chunk(part));
  response.end(`${chunk('', 'stop')}data: [DONE]\n\n`);
}

/** Writes until the other side has had enough; @returns how many bytes it took. */
export async function flood(response: ServerResponse, piece: string | Buffer, bytes: number): Promise<number> {
  let sent = 0;
  let wake: () => void = () => undefined;
  response.on('close', () => wake()).on('drain', () => wake());
  while (sent < bytes && !response.destroyed) {
    sent += piece.length;
    if (!response.write(piece) && !response.destroyed) await new Promise<void>((resolve) => (wake = resolve));
  }
  return sent;
}
