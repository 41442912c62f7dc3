import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from '../dialects/dialect.ts';
import type { Plan } from './plan.ts';

type AnswerPlan = Extract<Plan, { kind: 'answer' }>;

/**
 * Streams an answer at its pace: each token is due at a time counted from the start, so that a late timer does not
 * slow the whole stream down. Without a pace everything goes in one write.
 */
export async function writeStream(response: ServerResponse, dialect: Dialect, plan: AnswerPlan, gone: AbortSignal): Promise<void> {
  const { answer, breakAt, tokensPerSecond } = plan;
  const encoder = dialect.stream(answer);
  const tokens = breakAt ? answer.tokens.slice(0, breakAt.after) : answer.tokens;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...dialect.headers(answer) });
  if (tokensPerSecond > 0 && Number.isFinite(tokensPerSecond)) {
    response.write(encoder.open());
    const startedAt = performance.now();
    for (const [index, token] of tokens.entries()) {
      const waitMs = startedAt + ((index + 1) * 1000) / tokensPerSecond - performance.now();
      if (waitMs > 1) await sleep(waitMs, undefined, { signal: gone });
      gone.throwIfAborted();
      response.write(encoder.token(token));
    }
  } else {
    response.write(encoder.open() + tokens.map((token) => encoder.token(token)).join(''));
  }

  switch (breakAt?.fault) {
    case undefined:
      response.end(encoder.close());
      return;
    case 'stall':
      await sleep(2 ** 31 - 1, undefined, { signal: gone });
      return;
    case 'cut':
      // What was written before has to arrive before the connection breaks.
      await new Promise<void>((resolve) => response.write(':\n\n', () => resolve()));
      response.socket?.resetAndDestroy();
      return;
    case 'end-early':
      response.end();
      return;
    case 'error-mid':
      response.end(encoder.error());
      return;
    case 'garbage':
      response.end('data: {"this is": not JSON\n\n');
      return;
    case 'wrong-shape':
      response.end('data: {"type":"nobody.knows.this","candidates":"no","choices":"no"}\n\n');
  }
}
