import type { ServerResponse } from 'node:http';
import type { StreamEncoder } from '../dialects/dialect.ts';
import type { AnswerPlan } from './plan.ts';
import { writePaced } from './write-paced.ts';

/** Streams an answer at its pace and ends it, or breaks it, as planned. Rejects when the client leaves. */
export async function writeStream(
  response: ServerResponse,
  encoder: StreamEncoder,
  headers: Record<string, string>,
  plan: AnswerPlan,
  gone: AbortSignal,
): Promise<void> {
  const { answer, breakAt, tokensPerSecond, delayMs } = plan;
  const tokens = breakAt ? answer.tokens.slice(0, breakAt.after) : answer.tokens;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...headers,
  });
  const end = ending(encoder, breakAt?.fault);
  if (tokensPerSecond === 0 && delayMs === 0 && end.how === 'end') {
    let all = encoder.open();
    for (const token of tokens) all += encoder.token(token);
    response.end(all + end.text());
    return;
  }

  response.write(encoder.open());
  await writePaced({ response, tokens, encode: (token) => encoder.token(token), tokensPerSecond, delayMs, gone });
  if (end.how === 'end') response.end(end.text());
  else if (end.how === 'cut') await cut(response);
  else await silence(gone);
}

type End = { how: 'end'; text: () => string } | { how: 'cut' } | { how: 'silence' };

function ending(encoder: StreamEncoder, fault: NonNullable<AnswerPlan['breakAt']>['fault'] | undefined): End {
  switch (fault) {
    case undefined:
      return { how: 'end', text: () => encoder.close() };
    case 'stall':
      return { how: 'silence' };
    case 'cut':
      return { how: 'cut' };
    case 'error-mid':
      return { how: 'end', text: () => encoder.error() };
    case 'garbage':
      return { how: 'end', text: () => 'data: {"this is": not JSON\n\n' };
    case 'wrong-shape':
      return { how: 'end', text: () => 'data: {"type":"nobody.knows.this","candidates":"no","choices":"no"}\n\n' };
  }
}

/** Breaks the connection, after what was written has left: a client must have seen the beginning. */
export async function cut(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => response.write('\n', () => resolve()));
  response.socket?.destroy();
}

/** Resolves never; rejects when the client leaves. */
export function silence(gone: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = () => reject(gone.reason as Error);
    if (gone.aborted) leave();
    else gone.addEventListener('abort', leave, { once: true });
  });
}
