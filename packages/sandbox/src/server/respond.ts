import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Dialect } from '../dialects/dialect.ts';
import { badGatewayPage, type ErrorDetails, type UpstreamError } from '../dialects/upstream-errors.ts';
import type { CallCounter } from '../directive/call-counter.ts';
import { planAnswer } from './plan.ts';
import { writeStream } from './write-stream.ts';

/** Answers one call, whole or streamed, as its prompt asks. Rejects when the client leaves. */
export async function respond(options: {
  response: ServerResponse;
  dialect: Dialect;
  call: Call;
  counter: CallCounter;
  tokensPerSecond: number;
  gone: AbortSignal;
}): Promise<void> {
  const { response, dialect, call, gone } = options;
  const plan = planAnswer(dialect, call, options.counter, options.tokensPerSecond);
  if (plan.kind === 'silence') {
    await sleep(2 ** 31 - 1, undefined, { signal: gone });
    return;
  }
  if (plan.kind === 'error') {
    if (plan.error === '502-html') {
      sendError(response, { status: 502, body: badGatewayPage });
      return;
    }
    const details: ErrorDetails = { model: call.model, message: '', retryAfterS: plan.retryAfterS };
    sendError(response, (dialect.errors[plan.error] ?? dialect.errors['403'])(details));
    return;
  }
  if (plan.delayMs > 0) await sleep(plan.delayMs, undefined, { signal: gone });
  if (call.stream) {
    await writeStream(response, dialect, plan, gone);
    return;
  }
  if (plan.tokensPerSecond > 0 && Number.isFinite(plan.tokensPerSecond)) {
    await sleep((plan.answer.tokens.length * 1000) / plan.tokensPerSecond, undefined, { signal: gone });
  }
  if (plan.breakAt?.fault === 'stall') await sleep(2 ** 31 - 1, undefined, { signal: gone });
  if (plan.breakAt?.fault === 'cut') {
    response.socket?.resetAndDestroy();
    return;
  }
  const headers = { 'content-type': 'application/json', ...dialect.headers(plan.answer) };
  response.writeHead(200, headers);
  if (plan.breakAt?.fault === 'garbage') response.end('{"this is": not JSON');
  else if (plan.breakAt?.fault === 'wrong-shape') response.end('{"choices":"no","output":"no","candidates":"no"}');
  else response.end(JSON.stringify(dialect.whole(plan.answer)));
}

export function sendError(response: ServerResponse, { status, headers = {}, body }: UpstreamError): void {
  const isPage = typeof body === 'string';
  response.writeHead(status, { ...headers, 'content-type': isPage ? 'text/html' : 'application/json' });
  response.end(isPage ? body : JSON.stringify(body));
}
