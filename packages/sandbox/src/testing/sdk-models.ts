import { createGoogle } from '@ai-sdk/google';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { createXai } from '@ai-sdk/xai';
import type { Upstream } from './ask.ts';

/** The clients that real programs use, pointed at the sandbox. */
export function sdkModel(
  url: string,
  upstream: Upstream,
  options: { apiKey?: string; model?: string } = {},
): LanguageModelV4 {
  const { apiKey = 'test-key' } = options;
  switch (upstream) {
    case 'xai':
      return createXai({ baseURL: `${url}/v1`, apiKey })(options.model ?? 'grok-4.3');
    case 'google':
      return createGoogle({ baseURL: `${url}/v1beta`, apiKey })(options.model ?? 'gemini-3.7-flash');
    case 'openrouter':
      return createOpenAICompatible({ name: 'openrouter', baseURL: `${url}/api/v1`, apiKey, includeUsage: true })(
        options.model ?? 'meta-llama/llama-3.3-70b-instruct',
      );
    case 'openai-compatible':
      return createOpenAICompatible({ name: 'local', baseURL: `${url}/v1`, apiKey, includeUsage: true })(
        options.model ?? 'octavo-sample',
      );
  }
}

export interface Outcome {
  text: string;
  finishReason: string | undefined;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  /** The error part of a stream, or what was thrown. */
  error: unknown;
  errorName: string | undefined;
  message: string | undefined;
  status: number | undefined;
  isRetryable: boolean | undefined;
}

interface Question {
  prompt: string;
  maxOutputTokens?: number;
  seed?: number;
  abortSignal?: AbortSignal;
}

/** What the program behind an SDK gets to see of a stream. The SDK's own retries are a layer above and not used. */
export async function stream(model: LanguageModelV4, question: Question): Promise<Outcome> {
  const outcome: Outcome = { ...nothing };
  try {
    const result = await model.doStream(callOptions(question));
    for await (const part of result.stream) {
      if (part.type === 'text-delta') outcome.text += part.delta;
      else if (part.type === 'error') note(outcome, part.error);
      else if (part.type === 'finish') {
        outcome.finishReason = part.finishReason.unified;
        outcome.inputTokens = part.usage.inputTokens.total;
        outcome.outputTokens = part.usage.outputTokens.total;
      }
    }
  } catch (error) {
    note(outcome, error);
  }
  return outcome;
}

export async function whole(model: LanguageModelV4, question: Question): Promise<Outcome> {
  const outcome: Outcome = { ...nothing };
  try {
    const { content, finishReason, usage } = await model.doGenerate(callOptions(question));
    return {
      ...outcome,
      text: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      finishReason: finishReason.unified,
      inputTokens: usage.inputTokens.total,
      outputTokens: usage.outputTokens.total,
    };
  } catch (error) {
    note(outcome, error);
    return outcome;
  }
}

function callOptions({ prompt, ...rest }: Question): LanguageModelV4CallOptions {
  return { prompt: [{ role: 'user', content: [{ type: 'text', text: prompt }] }], ...rest };
}

const nothing: Outcome = {
  text: '',
  finishReason: undefined,
  inputTokens: undefined,
  outputTokens: undefined,
  error: undefined,
  errorName: undefined,
  message: undefined,
  status: undefined,
  isRetryable: undefined,
};

function note(outcome: Outcome, error: unknown): void {
  const seen = (typeof error === 'object' && error !== null ? error : { message: error }) as Partial<
    Record<string, unknown>
  >;
  outcome.error = error;
  outcome.errorName = String(seen['name']);
  outcome.message = String(seen['message']);
  outcome.status = typeof seen['statusCode'] === 'number' ? seen['statusCode'] : undefined;
  outcome.isRetryable = typeof seen['isRetryable'] === 'boolean' ? seen['isRetryable'] : undefined;
}
