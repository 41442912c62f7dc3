import { z } from 'zod';
import type { Answer, Dialect, Ending, StreamEncoder } from './dialect.ts';
import { inputItems, parseBody, readMessages, tokenLimit } from './read.ts';
import { namedSse, tokenEvent } from './sse.ts';
import { xaiCostTicks } from './xai-cost.ts';
import { xaiErrors } from './xai-errors.ts';

type Fields = Record<string, unknown>;

/** xAI's Responses API. */
export const xai: Dialect = {
  provider: 'xai',
  keyRequired: true,
  errors: xaiErrors,
  readCall(input) {
    const request = parseBody(body, input);
    return {
      model: request.model,
      ...readMessages(typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input),
      stream: request.stream ?? false,
      maxTokens: request.max_output_tokens ?? undefined,
      seed: request.seed ?? 0,
      includeUsage: true,
    };
  },
  headers: () => ({}),
  whole: finalResponse,
  stream: encoder,
};

const body = z.looseObject({
  model: z.string().min(1),
  input: inputItems,
  stream: z.boolean().nullish(),
  max_output_tokens: tokenLimit,
  seed: z.int().nullish(),
});

/** The SDK knows a closed list of event types and calls any other one an error: only those of the list are sent. */
function encoder(answer: Answer): StreamEncoder {
  let sequence = 0;
  const event = (type: string, fields: Fields) => namedSse({ sequence_number: sequence++, type, ...fields });
  const messageIndex = answer.reasoning.length > 0 ? 1 : 0;
  const place = { item_id: `msg_${answer.id}`, output_index: messageIndex, content_index: 0 };
  let delta: ((token: string) => string) | undefined;

  return {
    open: () =>
      event('response.created', { response: skeleton(answer, 'in_progress') }) +
      event('response.in_progress', { response: skeleton(answer, 'in_progress') }) +
      (answer.reasoning.length > 0 ? thoughts(answer, event) : '') +
      event('response.output_item.added', {
        item: { ...message(answer, ''), status: 'in_progress', content: [] },
        output_index: messageIndex,
      }) +
      event('response.content_part.added', { ...place, part: part('') }),
    token(token) {
      // The number is the only other thing that changes from token to token.
      delta ??= tokenEvent((text) =>
        namedSse({ type: 'response.output_text.delta', delta: text, ...place, logprobs: [], sequence_number: -1 }),
      );
      return delta(token).replace('"sequence_number":-1}', `"sequence_number":${sequence++}}`);
    },
    close() {
      if (answer.ending === 'none') return '';
      const text = answer.tokens.join('');
      return (
        event('response.output_text.done', { ...place, text }) +
        event('response.content_part.done', { ...place, part: part(text) }) +
        event('response.output_item.done', { item: message(answer, text), output_index: messageIndex }) +
        event(incompleteReasons[answer.ending] ? 'response.incomplete' : 'response.completed', {
          response: finalResponse(answer),
        })
      );
    },
    error: () => event('error', { code: 'server_error', message: 'The model stopped unexpectedly.', param: null }),
  };
}

/** What a reasoning model shows of its thoughts before it answers. */
function thoughts(answer: Answer, event: (type: string, fields: Fields) => string): string {
  const place = { item_id: `rs_${answer.id}`, output_index: 0, summary_index: 0 };
  const text = answer.reasoning.join('');
  return (
    event('response.output_item.added', {
      item: { ...reasoningItem(answer), summary: [], status: 'in_progress' },
      output_index: 0,
    }) +
    event('response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } }) +
    answer.reasoning.map((delta) => event('response.reasoning_summary_text.delta', { ...place, delta })).join('') +
    event('response.reasoning_summary_text.done', { ...place, text }) +
    event('response.reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } }) +
    event('response.output_item.done', { item: reasoningItem(answer), output_index: 0 })
  );
}

const incompleteReasons: Partial<Record<Ending, string>> = {
  length: 'max_output_tokens',
  filtered: 'content_filter',
  blocked: 'content_filter',
};

function finalResponse(answer: Answer): Fields {
  const reason = incompleteReasons[answer.ending];
  const status = answer.ending === 'none' ? 'in_progress' : reason ? 'incomplete' : 'completed';
  // Unlike in chat completions, thoughts count as output here.
  const output = answer.tokens.length + answer.reasoning.length;
  return {
    ...skeleton(answer, status),
    ...(reason && { incomplete_details: { reason } }),
    output: [...(answer.reasoning.length > 0 ? [reasoningItem(answer)] : []), message(answer, answer.tokens.join(''))],
    usage: {
      input_tokens: answer.inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: answer.reasoning.length },
      total_tokens: answer.inputTokens + output,
      num_sources_used: 0,
      num_server_side_tools_used: 0,
      cost_in_usd_ticks: xaiCostTicks({ input: answer.inputTokens, output }),
    },
  };
}

function skeleton(answer: Answer, status: string): Fields {
  return {
    id: answer.id,
    object: 'response',
    created_at: answer.createdS,
    model: answer.model,
    status,
    output: [],
    incomplete_details: null,
    max_output_tokens: null,
    metadata: {},
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: true,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    user: null,
  };
}

function message(answer: Answer, text: string): Fields {
  return { id: `msg_${answer.id}`, type: 'message', role: 'assistant', status: 'completed', content: [part(text)] };
}

function part(text: string): Fields {
  return { type: 'output_text', text, logprobs: [], annotations: [] };
}

function reasoningItem(answer: Answer): Fields {
  return {
    id: `rs_${answer.id}`,
    type: 'reasoning',
    status: 'completed',
    summary: [{ type: 'summary_text', text: answer.reasoning.join('') }],
  };
}
