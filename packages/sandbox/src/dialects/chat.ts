import { z } from 'zod';
import type { Answer, Call, Dialect, Ending, StreamEncoder } from './dialect.ts';
import { openaiErrors } from './openai-errors.ts';
import { openrouterErrors } from './openrouter-errors.ts';
import { messages, parseBody, readMessages, tokenLimit } from './read.ts';
import { done, sse } from './sse.ts';

const body = z.looseObject({
  model: z.string().min(1),
  messages,
  stream: z.boolean().nullish(),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  seed: z.int().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  usage: z.looseObject({ include: z.boolean().optional() }).nullish(),
});

const finishReasons: Record<Ending, string | null> = {
  stop: 'stop',
  length: 'length',
  filtered: 'content_filter',
  blocked: 'content_filter',
  none: null,
};

function readCall(input: unknown): Call {
  const request = parseBody(body, input);
  return {
    model: request.model,
    ...readMessages(request.messages),
    stream: request.stream ?? false,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    seed: request.seed ?? 0,
    includeUsage: (request.stream_options?.include_usage ?? false) || (request.usage?.include ?? false),
  };
}

function usage(answer: Answer): Record<string, unknown> {
  const output = answer.tokens.length;
  return {
    prompt_tokens: answer.inputTokens,
    completion_tokens: output,
    total_tokens: answer.inputTokens + output,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}

/** OpenAI's chat completions, as the servers on one's own machine and xAI's older interface speak them. */
export const openaiCompatible: Dialect = chat('openai-compatible', {});

/** The same with what OpenRouter adds: who served it, what it cost, and a comment while it is waiting. */
export const openrouter: Dialect = chat('openrouter', { provider: 'Octavo sandbox' });

function chat(provider: 'openai-compatible' | 'openrouter', extra: Record<string, string>): Dialect {
  const isRouter = provider === 'openrouter';
  const usageOf = (answer: Answer) => ({
    ...usage(answer),
    ...(isRouter && { cost: 0, cost_details: { upstream_inference_cost: null } }),
  });

  return {
    provider,
    keyRequired: isRouter,
    errors: isRouter ? openrouterErrors : openaiErrors,
    readCall,
    headers: ({ id }): Record<string, string> => (isRouter ? { 'x-generation-id': id } : {}),
    whole: (answer) => ({
      id: answer.id,
      ...extra,
      object: 'chat.completion',
      created: answer.createdS,
      model: answer.model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: answer.tokens.join(''), refusal: null },
          finish_reason: finishReasons[answer.ending],
          logprobs: null,
        },
      ],
      usage: usageOf(answer),
    }),
    stream: (answer) => encoder(answer, extra, isRouter, usageOf(answer)),
  };
}

function encoder(answer: Answer, extra: Record<string, string>, isRouter: boolean, usageOf: unknown): StreamEncoder {
  const head = { id: answer.id, ...extra, object: 'chat.completion.chunk', created: answer.createdS, model: answer.model };
  const chunk = (delta: Record<string, string>, finishReason: string | null = null) =>
    sse({ ...head, choices: [{ index: 0, delta, finish_reason: finishReason }] });
  return {
    open: () => (isRouter ? ': OPENROUTER PROCESSING\n\n' : '') + chunk({ role: 'assistant', content: '' }),
    token: (token) => chunk({ content: token }),
    close() {
      const reason = finishReasons[answer.ending];
      const end = reason === null ? '' : chunk({}, reason);
      return end + (answer.includeUsage || isRouter ? sse({ ...head, choices: [], usage: usageOf }) : '') + done;
    },
    error: () =>
      sse({
        ...head,
        error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      }),
  };
}
