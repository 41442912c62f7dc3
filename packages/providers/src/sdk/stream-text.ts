import type {
  LanguageModelV4,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4Warning,
} from '@ai-sdk/provider';
import type { Usage } from '@octavo/contracts';
import { contentTypes, fillTemplate } from '../content-types/index.ts';
import { ProviderError, type ProviderPart, type GenerationRequest } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { callFailed, streamCut, streamFailed, type Upstream } from './classify.ts';
import { readFinishReason } from './finish-reason.ts';
import { startTimeLimits } from './time-limits.ts';
import { createWellFormer } from './well-formed.ts';

export interface SdkUpstream extends Upstream {
  /** Added to the ceiling of a text where the upstream counts a model's thoughts as output. */
  thinkingTokens?: number;
  /** An error chunk that does no harm to the text, as a warning; undefined for all others. */
  harmless?: (error: unknown) => string | undefined;
}

/** Parts that say that somebody is there, but not that the model has begun to answer. */
const signsOfConnection = new Set(['stream-start', 'response-metadata', 'ping', 'raw', 'error']);

/**
 * One call of one model. The SDK's model interface is used without the SDK's own loop around it: retries,
 * accounting and the judgement of what came back are ours, and each way a stream breaks must show as an error.
 */
export async function* streamSdkText(options: {
  upstream: SdkUpstream;
  openModel: (id: string) => LanguageModelV4;
  request: GenerationRequest;
  timeouts: ProviderSettings['timeouts'];
  signal: AbortSignal;
}): AsyncGenerator<ProviderPart, void, undefined> {
  const { upstream, request } = options;
  const limits = startTimeLimits(upstream.name, options.timeouts, options.signal);
  const former = createWellFormer();
  const warnings: string[] = [];
  let hasBegun = false;
  let reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart> | undefined;
  try {
    const model = options.openModel(request.model);
    const { stream } = await model.doStream({ ...callOptions(request, upstream), abortSignal: limits.signal });
    const open = (reader = stream.getReader() as ReadableStreamDefaultReader<LanguageModelV4StreamPart>);
    // Nobody waits for a cancel: it could hang with the upstream.
    limits.signal.addEventListener('abort', () => void open.cancel().catch(() => undefined));
    for (;;) {
      limits.wait();
      const { value: part } = await open.read();
      // What was already read when the caller gave up is not wanted any more.
      limits.signal.throwIfAborted();
      if (part === undefined) throw streamCut(upstream);
      limits.arrived(!signsOfConnection.has(part.type));
      if (part.type === 'text-delta') {
        hasBegun ||= part.delta !== '';
        const text = former.push(part.delta);
        if (text !== '') yield { type: 'delta', text };
      } else if (part.type === 'error') {
        const warning = upstream.harmless?.(part.error);
        if (warning === undefined) throw streamFailed(upstream, part.error, hasBegun);
        warnings.push(warning);
      } else if (part.type === 'stream-start') {
        warnings.push(...part.warnings.map(describeWarning));
      } else if (part.type === 'finish') {
        const finishReason = readFinishReason(part.finishReason);
        if (finishReason === undefined) throw streamCut(upstream);
        yield { type: 'finish', finishReason, usage: readUsage(part.usage), warnings };
        return;
      }
    }
  } catch (error) {
    if (limits.signal.aborted) throw limits.signal.reason;
    if (error instanceof ProviderError) throw error;
    throw reader ? streamCut(upstream, error) : callFailed(upstream, error);
  } finally {
    limits.stop();
    // Closes the connection when somebody stops reading early.
    reader?.cancel().catch(() => undefined);
  }
}

function callOptions({ contentType, title, prompt, seed }: GenerationRequest, { thinkingTokens = 0 }: SdkUpstream) {
  const type = contentTypes[contentType];
  return {
    prompt: [
      { role: 'system' as const, content: type.system },
      { role: 'user' as const, content: [{ type: 'text' as const, text: fillTemplate(type.user, { title, prompt }) }] },
    ],
    maxOutputTokens: type.maxOutputTokens + thinkingTokens,
    temperature: type.temperature,
    seed,
  };
}

function readUsage({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage {
  return { inputTokens: count(inputTokens.total), outputTokens: count(outputTokens.total) };
}

/** Upstreams have been seen to report less than nothing; that is no usage at all. */
function count(tokens: number | undefined): number | null {
  return tokens !== undefined && Number.isInteger(tokens) && tokens >= 0 ? tokens : null;
}

function describeWarning(warning: SharedV4Warning): string {
  if ('message' in warning) return warning.message;
  return `${warning.feature} is not supported${warning.details ? `: ${warning.details}` : ''}`;
}
