import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvalidCall } from '../dialects/invalid-call.ts';
import type { CallCounter } from '../directive/call-counter.ts';
import { planAnswer } from './plan.ts';
import { readBody } from './read-body.ts';
import type { RequestLog } from './request-log.ts';
import { respond } from './respond.ts';
import { route, type Route } from './routes.ts';
import type { SandboxDefaults } from './sandbox.ts';
import { sendError } from './send-error.ts';
import { readPhoneNumber } from '../whatsapp/read-phone-number.ts';
import { type ReceivedMessage, receiveMessage } from '../whatsapp/receive-message.ts';

export interface HandlerContext {
  counter: CallCounter;
  log: RequestLog;
  defaults: SandboxDefaults;
  /** What WhatsApp has been given to deliver, oldest first. */
  messages: ReceivedMessage[];
}

/** One request from its path to the end of its answer. Rejects only for a defect of the sandbox. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const [path = '/', query = ''] = url.split('?', 2);
  const target = route(method, path);
  if (!target)
    return sendError(response, { status: 404, body: { error: { message: `The sandbox has no ${method} ${path}` } } });

  const key = readKey(request, query);
  if (target.kind === 'message') return answerMessage(request, response, key, context.messages);
  if (target.kind === 'phone-number') return sendError(response, readPhoneNumber(key, target.id));
  const { errors, keyRequired } = target.dialect;
  if (key === 'bad-key') return sendError(response, errors['bad-key'](noDetails));
  if (key === '' && keyRequired) return sendError(response, errors['no-key'](noDetails));
  if (target.kind === 'models') {
    const { body, withoutCredit } = target;
    if (key !== 'no-credit-key') return sendError(response, { status: 200, body });
    return sendError(response, withoutCredit ? { status: 200, body: withoutCredit } : errors.credits(noDetails));
  }

  const left = new AbortController();
  response.on('close', () => left.abort());
  try {
    const bytes = await readBody(request);
    if (bytes !== undefined) {
      const body = await parseBytes(bytes, request.headers['content-type'] ?? '');
      const size = bytes.length;
      return await answer({ target, method, path, key, body, size, response, context, gone: left.signal });
    }
    // The rest of the body is not read: the connection cannot be used again.
    response.setHeader('connection', 'close');
    sendError(response, errors['too-large']({ ...noDetails, message: 'The request is too large.' }));
  } catch (error) {
    if (!left.signal.aborted && !request.destroyed) throw error;
  }
}

const keptMessages = 1000;

async function answerMessage(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  messages: ReceivedMessage[],
): Promise<void> {
  const bytes = await readBody(request);
  const body = await parseBytes(bytes ?? Buffer.alloc(0), 'application/json');
  const answered = receiveMessage(token, body, (message) => {
    messages.push(message);
    if (messages.length > keptMessages) messages.shift();
  });
  sendError(response, answered);
}

async function answer(options: {
  target: Extract<Route, { kind: 'call' }>;
  method: string;
  path: string;
  key: string;
  /** Undefined when it could not be parsed. */
  body: unknown;
  /** In bytes. */
  size: number;
  response: ServerResponse;
  context: HandlerContext;
  gone: AbortSignal;
}): Promise<void> {
  const { target, method, path, key, body, size, response, context, gone } = options;
  const { provider, errors } = target.dialect;
  const entry = context.log.add({
    provider,
    method,
    path,
    model: target.model ?? '',
    isStream: target.stream ?? false,
    keyHash: createHash('sha256').update(key).digest('hex').slice(0, 16),
    body,
    size,
  });
  try {
    if (body === undefined) throw new InvalidCall('The request body is neither valid JSON nor a form.');
    const read = target.dialect.readCall(body);
    const dialect = target.dialect.forModel?.(read.model) ?? target.dialect;
    // Whoever really answers reads it in his own way.
    const call = dialect === target.dialect ? read : dialect.readCall(body);
    if (target.model !== undefined) Object.assign(call, { model: target.model, stream: target.stream ?? false });
    Object.assign(entry, { provider: dialect.provider, model: call.model, isStream: call.stream });
    const plan = await planAnswer(dialect, call, context.counter, context.defaults);
    await respond({ response, dialect, call, plan, gone });
  } catch (error) {
    if (!(error instanceof InvalidCall)) {
      entry.aborted = gone.aborted;
      throw error;
    }
    sendError(response, errors['bad-request']({ ...noDetails, message: error.message }));
  } finally {
    if (response.headersSent) entry.status = response.statusCode;
  }
}

const noDetails = { model: '', message: '', retryAfterS: undefined };

/** Gemini takes its key in a header of its own or in the query, the others as a bearer token. */
function readKey({ headers }: IncomingMessage, query: string): string {
  const google = headers['x-goog-api-key'];
  if (typeof google === 'string') return google;
  if (headers.authorization !== undefined) return headers.authorization.replace(/^Bearer\s*/i, '').trim();
  return new URLSearchParams(query).get('key') ?? '';
}

/** JSON, or the fields of a form (multipart): text as it is, all files of a name as a list of their bytes. */
async function parseBytes(bytes: Buffer, contentType: string): Promise<unknown> {
  try {
    if (!contentType.startsWith('multipart/form-data')) return JSON.parse(bytes.toString('utf8')) as unknown;
    const form = await new Response(Uint8Array.from(bytes), { headers: { 'content-type': contentType } }).formData();
    const fields: Record<string, string | Uint8Array[]> = {};
    for (const [name, value] of form) {
      const key = name.replace(/\[\]$/, '');
      if (typeof value === 'string') fields[key] = value;
      else fields[key] = [...(fields[key] ?? []), new Uint8Array(await value.arrayBuffer())] as Uint8Array[];
    }
    return fields;
  } catch {
    return undefined;
  }
}
