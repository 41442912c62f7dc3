import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ProviderName } from '@octavo/contracts';
import { contentTypes, fillTemplate } from '../content-types/index.ts';
import { type FinishReason, ProviderError, type TextPart, type TextRequest } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { classify } from './classify.ts';
import { startTimeLimits } from './time-limits.ts';
import { createWellFormer } from './well-formed.ts';

const finishReasons: Partial<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content-filter',
};

/**
 * One call of one model. The SDK's model interface is used without the SDK's own loop around it: retries,
 * accounting and the judgement of what came back are ours, and each way a stream breaks must show as an error.
 */
export async function* streamSdkText(options: {
  name: ProviderName;
  model: LanguageModelV4;
  request: TextRequest;
  timeouts: ProviderSettings['timeouts'];
  signal: AbortSignal;
}): AsyncGenerator<TextPart, void, undefined> {
  const { name, request } = options;
  const limits = startTimeLimits(name, options.timeouts, options.signal);
  const former = createWellFormer();
  let hasBegun = false;
  let reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart> | undefined;
  try {
    const { stream } = await options.model.doStream({ ...callOptions(request), abortSignal: limits.signal });
    reader = stream.getReader() as ReadableStreamDefaultReader<LanguageModelV4StreamPart>;
    const warnings: string[] = [];
    for (;;) {
      const { done, value: part } = await reader.read();
      limits.signal.throwIfAborted();
      if (done || part === undefined) throw cut(name);
      limits.tick();
      if (part.type === 'text-delta') {
        hasBegun = true;
        const text = former.push(part.delta);
        if (text !== '') yield { type: 'delta', text };
      } else if (part.type === 'error') {
        throw classify(name, part.error, hasBegun);
      } else if (part.type === 'stream-start') {
        warnings.push(...part.warnings.map((warning) => JSON.stringify(warning)));
      } else if (part.type === 'finish') {
        const finishReason = finishReasons[part.finishReason.unified];
        // `other`, `error`, `interrupted`: the upstream never said that it had come to an end.
        if (finishReason === undefined) throw cut(name);
        const { inputTokens, outputTokens } = part.usage;
        yield {
          type: 'finish',
          finishReason,
          usage: { inputTokens: count(inputTokens.total), outputTokens: count(outputTokens.total) },
          warnings,
        };
        return;
      }
    }
  } catch (error) {
    if (limits.signal.aborted) throw limits.signal.reason;
    throw classify(name, error, hasBegun);
  } finally {
    limits.stop();
    await reader?.cancel().catch(() => undefined);
  }
}

function callOptions({ contentType, title, prompt, seed }: TextRequest) {
  const type = contentTypes[contentType];
  return {
    prompt: [
      { role: 'system' as const, content: type.system },
      { role: 'user' as const, content: [{ type: 'text' as const, text: fillTemplate(type.user, { title, prompt }) }] },
    ],
    maxOutputTokens: type.maxOutputTokens,
    temperature: type.temperature,
    seed,
  };
}

function cut(provider: ProviderName): ProviderError {
  return new ProviderError('provider_stream_cut', { provider, isRetryable: true });
}

/** Upstreams have been seen to report less than nothing; that is no usage at all. */
function count(tokens: number | undefined): number | null {
  return tokens !== undefined && Number.isInteger(tokens) && tokens >= 0 ? tokens : null;
}
