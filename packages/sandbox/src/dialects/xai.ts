import { z } from 'zod';
import type { Answer, Dialect, Ending, StreamEncoder } from './dialect.ts';
import { messages, parseBody, readMessages, tokenLimit } from './read.ts';
import { namedSse } from './sse.ts';
import { xaiErrors } from './xai-errors.ts';

const body = z.looseObject({
  model: z.string().min(1),
  input: messages,
  stream: z.boolean().nullish(),
  max_output_tokens: tokenLimit,
  seed: z.int().nullish(),
});

const incompleteReasons: Partial<Record<Ending, string>> = {
  length: 'max_output_tokens',
  filtered: 'content_filter',
  blocked: 'content_filter',
};

/** xAI's Responses API. */
export const xai: Dialect = {
  provider: 'xai',
  keyRequired: true,
  errors: xaiErrors,
  readCall(input) {
    const request = parseBody(body, input);
    return {
      model: request.model,
      ...readMessages(request.input),
      stream: request.stream ?? false,
      maxTokens: request.max_output_tokens ?? undefined,
      seed: request.seed ?? 0,
      includeUsage: true,
    };
  },
  headers: () => ({}),
  whole: (answer) => final(answer),
  stream: (answer) => encoder(answer),
};

function encoder(answer: Answer): StreamEncoder {
  let sequence = 0;
  const event = (type: string, fields: Record<string, unknown>) => namedSse({ ...fields, sequence_number: sequence++, type });
  const place = { item_id: messageId(answer), output_index: 0, content_index: 0 };
  const text = () => answer.tokens.join('');
  return {
    open: () =>
      event('response.created', { response: skeleton(answer, 'in_progress') }) +
      event('response.in_progress', { response: skeleton(answer, 'in_progress') }) +
      event('response.output_item.added', { output_index: 0, item: { ...message(answer, ''), status: 'in_progress', content: [] } }) +
      event('response.content_part.added', { ...place, part: part('') }),
    token: (delta) => event('response.output_text.delta', { ...place, delta }),
    close() {
      if (answer.ending === 'none') return '';
      return (
        event('response.output_text.done', { ...place, text: text() }) +
        event('response.content_part.done', { ...place, part: part(text()) }) +
        event('response.output_item.done', { output_index: 0, item: message(answer, text()) }) +
        event(answer.ending === 'stop' ? 'response.completed' : 'response.incomplete', { response: final(answer) })
      );
    },
    error: () => event('error', { code: 'server_error', message: 'The model stopped unexpectedly.', param: null }),
  };
}

function messageId({ id }: Answer): string {
  return `msg_${id}`;
}

function part(text: string): Record<string, unknown> {
  return { type: 'output_text', text, logprobs: [], annotations: [] };
}

function message(answer: Answer, text: string): Record<string, unknown> {
  return { id: messageId(answer), type: 'message', role: 'assistant', status: 'completed', content: [part(text)] };
}

function skeleton(answer: Answer, status: string): Record<string, unknown> {
  return {
    id: answer.id,
    object: 'response',
    created_at: answer.createdS,
    model: answer.model,
    status,
    output: [],
    incomplete_details: null,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    store: false,
    metadata: {},
  };
}

function final(answer: Answer): Record<string, unknown> {
  const reason = incompleteReasons[answer.ending];
  const output = answer.tokens.length;
  return {
    ...skeleton(answer, reason ? 'incomplete' : 'completed'),
    ...(reason && { incomplete_details: { reason } }),
    output: [message(answer, answer.tokens.join(''))],
    usage: {
      input_tokens: answer.inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: answer.inputTokens + output,
      num_sources_used: 0,
      num_server_side_tools_used: 0,
      cost_in_usd_ticks: 0,
    },
  };
}
