import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from '../dialects/dialect.ts';
import type { AnswerPlan } from './plan.ts';
import { sendError } from './send-error.ts';
import { cut, silence } from './write-stream.ts';

/** Answers in one piece, after the time the text takes to write at its pace. Rejects when the client leaves. */
export async function writeWhole(
  response: ServerResponse,
  dialect: Dialect,
  plan: AnswerPlan,
  gone: AbortSignal,
): Promise<void> {
  const { answer, breakAt, tokensPerSecond, delayMs } = plan;
  const written = Math.min(answer.tokens.length, breakAt?.after ?? Number.POSITIVE_INFINITY);
  const waitMs = delayMs + (tokensPerSecond === 0 ? 0 : (written * 1000) / tokensPerSecond);
  if (waitMs > 0) await sleep(waitMs, undefined, { signal: gone });

  const headers = { 'content-type': 'application/json; charset=utf-8', ...dialect.headers(answer) };
  switch (breakAt?.fault) {
    case 'error-mid':
      if (!dialect.wholeError)
        return sendError(response, dialect.errors['500']({ model: answer.model, message: '', retryAfterS: undefined }));
      response.writeHead(200, headers).end(JSON.stringify(dialect.wholeError(answer)));
      return;
    case 'garbage':
      response.writeHead(200, headers).end('{"this is": not JSON');
      return;
    case 'wrong-shape':
      response.writeHead(200, headers).end('{"choices":"no","output":"no","candidates":"no","data":"no"}');
      return;
    case 'stall':
    case 'cut': {
      const text = JSON.stringify(dialect.whole(answer));
      response.writeHead(200, headers).write(text.slice(0, Math.floor(text.length / 2)));
      await (breakAt.fault === 'cut' ? cut(response) : silence(gone));
      return;
    }
    case undefined: {
      const text = JSON.stringify(dialect.whole(answer));
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
    }
  }
}
