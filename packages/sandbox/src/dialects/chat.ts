import { z } from 'zod';
import type { Answer, Call, Dialect, Ending, Provider, StreamEncoder } from './dialect.ts';
import { messages, parseBody, readMessages, tokenLimit } from './read.ts';
import { done, sse, tokenEvent } from './sse.ts';
import type { UpstreamErrors } from './upstream-errors.ts';

type Fields = Record<string, unknown>;

/** Where the servers that speak OpenAI's chat completions differ. */
export interface ChatFlavour {
  provider: Provider;
  keyRequired: boolean;
  errors: UpstreamErrors;
  headers?: (answer: Answer) => Record<string, string>;
  /** Fields of every answer and every chunk. */
  extra?: Fields;
  choiceExtra?: Fields;
  /** SSE comments before the first chunk. */
  comment?: string;
  usage: (answer: Answer) => Fields;
  /** A stream ends with usage even if nobody asked. */
  alwaysUsage: boolean;
  blocked: { finishReason: string; refusal: string | null };
  midError: { error: Fields; withChoices: boolean };
  forModel?: (model: string) => Dialect;
}

/** OpenAI's `POST /chat/completions`, whole and streamed. */
export function createChatDialect(flavour: ChatFlavour): Dialect {
  return {
    provider: flavour.provider,
    keyRequired: flavour.keyRequired,
    errors: flavour.errors,
    readCall,
    ...(flavour.forModel && { forModel: flavour.forModel }),
    headers: (answer) => flavour.headers?.(answer) ?? {},
    whole: (answer) => ({
      ...head(flavour, answer, 'chat.completion'),
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: answer.tokens.join(''),
            ...(answer.reasoning.length > 0 && { reasoning_content: answer.reasoning.join('') }),
            refusal: answer.ending === 'blocked' ? flavour.blocked.refusal : null,
          },
          finish_reason: finishReason(flavour, answer.ending),
          ...flavour.choiceExtra,
        },
      ],
      usage: flavour.usage(answer),
    }),
    ...(flavour.midError.withChoices && { wholeError: () => ({ error: flavour.midError.error }) }),
    stream: (answer) => encoder(flavour, answer),
  };
}

/** Token counts as OpenAI names them; thoughts are counted apart from the answer. */
export function chatUsage({ inputTokens, tokens, reasoning }: Answer): Fields {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: tokens.length,
    total_tokens: inputTokens + tokens.length + reasoning.length,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning.length },
  };
}

function encoder(flavour: ChatFlavour, answer: Answer): StreamEncoder {
  const chunkHead = head(flavour, answer, 'chat.completion.chunk');
  const chunk = (delta: Fields, finish?: string | null) =>
    sse({
      ...chunkHead,
      choices: [{ index: 0, delta, ...(finish && { finish_reason: finish, ...flavour.choiceExtra }) }],
    });
  return {
    open: () =>
      (flavour.comment ?? '') +
      // Whatever comes first says who speaks.
      (answer.reasoning.length === 0 ? chunk({ role: 'assistant', content: '' }) : '') +
      answer.reasoning
        .map((token, index) => chunk({ reasoning_content: token, ...(index === 0 && { role: 'assistant' }) }))
        .join('') +
      (answer.ending === 'blocked' && flavour.blocked.refusal !== null
        ? chunk({ refusal: flavour.blocked.refusal })
        : ''),
    token: tokenEvent((token) => chunk({ content: token })),
    close() {
      const finish = finishReason(flavour, answer.ending);
      if (finish === null) return '';
      const usage =
        flavour.alwaysUsage || answer.includeUsage
          ? sse({ ...chunkHead, choices: [], usage: flavour.usage(answer) })
          : '';
      return chunk({}, finish) + usage + done;
    },
    error: () =>
      sse(
        flavour.midError.withChoices
          ? {
              ...chunkHead,
              error: flavour.midError.error,
              choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
            }
          : { error: flavour.midError.error },
      ),
  };
}

function head(flavour: ChatFlavour, answer: Answer, object: string): Fields {
  return { id: answer.id, ...flavour.extra, object, created: answer.createdS, model: answer.model };
}

const finishReasons: Record<Exclude<Ending, 'blocked'>, string | null> = {
  stop: 'stop',
  length: 'length',
  filtered: 'content_filter',
  none: null,
};

function finishReason(flavour: ChatFlavour, ending: Ending): string | null {
  return ending === 'blocked' ? flavour.blocked.finishReason : finishReasons[ending];
}

const body = z.looseObject({
  model: z.string().min(1),
  messages,
  stream: z.boolean().nullish(),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  seed: z.int().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});

function readCall(input: unknown): Call {
  const request = parseBody(body, input);
  return {
    model: request.model,
    ...readMessages(request.messages),
    stream: request.stream ?? false,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    seed: request.seed ?? 0,
    includeUsage: request.stream_options?.include_usage ?? false,
  };
}
