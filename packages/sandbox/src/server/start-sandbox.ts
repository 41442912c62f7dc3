import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Provider } from '../dialects/dialect.ts';
import { InvalidCall } from '../dialects/invalid-call.ts';
import { createCallCounter } from '../directive/call-counter.ts';
import { respond, sendError } from './respond.ts';
import { route } from './routes.ts';

export interface RecordedRequest {
  provider: Provider;
  method: string;
  path: string;
  body: unknown;
  /** The client left before the answer had ended. */
  aborted: boolean;
}

export interface Sandbox {
  url: string;
  port: number;
  /** The latest calls, oldest first; empty unless `record` is set. */
  requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

export interface SandboxOptions {
  host?: string;
  /** 0 is any free port. */
  port?: number;
  /** Pace of the streams; 0 is at once. */
  tokensPerSecond?: number;
  record?: boolean;
}

const maxBodyBytes = 2_000_000;
const maxRecorded = 1000;

/**
 * A server that speaks the wire formats of xAI, Gemini, OpenRouter and OpenAI-compatible servers, and writes
 * sample texts instead of asking a model. A prompt may ask for a fault: see `parse-directive.ts`.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, tokensPerSecond = 40, record = false } = options;
  const counter = createCallCounter();
  const requests: RecordedRequest[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const path = new URL(request.url ?? '/', 'http://sandbox').pathname;
    const target = route(method, path);
    if (!target) return sendError(response, { status: 404, body: { error: { message: `No route ${method} ${path}` } } });
    const { dialect } = target;
    const details = { model: '', message: '', retryAfterS: undefined };

    const key = readKey(request);
    if (key === 'bad-key') return sendError(response, dialect.errors['bad-key'](details));
    if (dialect.keyRequired && key === '') return sendError(response, dialect.errors['no-key'](details));
    if (target.kind === 'models') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(target.body));
      return;
    }

    const text = await readBody(request);
    if (text === undefined) return sendError(response, dialect.errors['too-large']({ ...details, message: 'Request too large.' }));
    const left = new AbortController();
    response.on('close', () => left.abort());
    let recorded: RecordedRequest | undefined;
    try {
      const body = parseJson(text);
      if (record) {
        recorded = { provider: dialect.provider, method, path, body, aborted: false };
        requests.push(recorded);
        if (requests.length > maxRecorded) requests.shift();
      }
      const call = dialect.readCall(body);
      if (target.model !== undefined) Object.assign(call, { model: target.model, stream: target.stream ?? false });
      await respond({ response, dialect, call, counter, tokensPerSecond, gone: left.signal });
    } catch (error) {
      if (left.signal.aborted) {
        if (recorded && !response.writableFinished) recorded.aborted = true;
      } else if (error instanceof InvalidCall) {
        sendError(response, dialect.errors['bad-request']({ ...details, message: error.message }));
      } else {
        throw error;
      }
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error('sandbox:', error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;

  return {
    url: `http://${host}:${actualPort}`,
    port: actualPort,
    requests,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function readKey({ headers }: IncomingMessage): string {
  const google = headers['x-goog-api-key'];
  return typeof google === 'string' ? google : (headers.authorization ?? '').replace(/^Bearer\s+/i, '').trim();
}

/** @returns undefined when it is too long */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  return bytes > maxBodyBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidCall('The body is not valid JSON.');
  }
}
