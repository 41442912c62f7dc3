import type { LanguageModelV4, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { Usage } from '@octavo/contracts';
import { writePrompt } from '../content-types/index.ts';
import { ProviderError, type ProviderPart, type GenerationRequest } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { callFailed, streamCut, streamFailed } from './classify.ts';
import { readFinishReason } from './finish-reason.ts';
import { describeWarning, type SdkUpstream, tokenCount } from './sdk-upstream.ts';
import { startTimeLimits } from './time-limits.ts';
import { createWellFormer } from './well-formed.ts';

/** Parts that say that somebody is there, but not that the model has begun to answer. */
const signsOfConnection = new Set(['stream-start', 'response-metadata', 'ping', 'raw', 'error']);

/**
 * One call of one model. The SDK's model interface is used without the SDK's own loop around it: retries,
 * accounting and the judgement of what came back are ours, and each way a stream breaks must show as an error.
 */
export async function* streamSdkText(options: {
  upstream: SdkUpstream;
  openModel: (id: string) => LanguageModelV4 | Promise<LanguageModelV4>;
  request: GenerationRequest;
  timeouts: Omit<ProviderSettings['timeouts'], 'imageMs'>;
  signal: AbortSignal;
}): AsyncGenerator<ProviderPart, void, undefined> {
  const { upstream, request } = options;
  const limits = startTimeLimits(upstream.name, options.timeouts, options.signal);
  const former = createWellFormer();
  const warnings: string[] = [];
  let hasBegun = false;
  let reader: ReadableStreamDefaultReader<LanguageModelV4StreamPart> | undefined;
  try {
    const model = await options.openModel(request.model);
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
        yield { type: 'finish', finishReason, usage: readUsage(part, upstream), warnings };
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

function callOptions(request: GenerationRequest, { thinkingTokens = 0 }: SdkUpstream) {
  const { system, user, maxOutputTokens, temperature } = writePrompt(request);
  const images = request.contentType === 'description' ? request.images : [];
  const pictures = images.map(({ bytes, mediaType }) => ({
    type: 'file' as const,
    mediaType,
    data: { type: 'data' as const, data: bytes },
  }));
  return {
    prompt: [
      { role: 'system' as const, content: system },
      { role: 'user' as const, content: [{ type: 'text' as const, text: user }, ...pictures] },
    ],
    maxOutputTokens: maxOutputTokens + thinkingTokens,
    temperature,
    seed: request.seed,
  };
}

function readUsage(
  { usage, providerMetadata }: Extract<LanguageModelV4StreamPart, { type: 'finish' }>,
  { billedMicroUsd }: SdkUpstream,
): Usage {
  const billed = billedMicroUsd?.(providerMetadata);
  return {
    inputTokens: tokenCount(usage.inputTokens.total),
    outputTokens: tokenCount(usage.outputTokens.total),
    ...(billed !== undefined && { billedMicroUsd: billed }),
  };
}
