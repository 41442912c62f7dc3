import type { ImageModelV4, ImageModelV4Result } from '@ai-sdk/provider';
import type { Usage } from '@octavo/contracts';
import { ProviderError, type GenerationRequest, type ProviderPart } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { answerFailed } from './classify.ts';
import { describeWarning, type Metadata, type SdkUpstream, tokenCount } from './sdk-upstream.ts';
import { startTimeLimits } from './time-limits.ts';

type ImageRequest = Extract<GenerationRequest, { contentType: 'image' }>;

/**
 * The images of one take, one call an image and one after the other: each is there as soon as it is finished, an abort
 * saves those that have not begun, one that is refused does not take the others with it, and servers that draw only
 * one image a call work as well. As with text, the SDK's model interface is used without the SDK's loop around it.
 */
export async function* streamSdkImages(options: {
  upstream: SdkUpstream;
  openModel: (id: string) => ImageModelV4 | Promise<ImageModelV4>;
  request: ImageRequest;
  timeouts: ProviderSettings['timeouts'];
  signal: AbortSignal;
}): AsyncGenerator<ProviderPart, void, undefined> {
  const { upstream, request, timeouts } = options;
  const clocks = { firstChunkMs: timeouts.imageMs, chunkMs: timeouts.imageMs, totalMs: timeouts.totalMs };
  const limits = startTimeLimits(upstream.name, clocks, options.signal);
  const count = request.input.count ?? 1;
  const answers: ImageModelV4Result[] = [];
  try {
    const model = await options.openModel(request.model);
    while (answers.length < count) {
      limits.signal.throwIfAborted();
      limits.wait();
      const answer = await model.doGenerate({ ...callOptions(request, upstream), abortSignal: limits.signal });
      // What came while the caller gave up is not wanted any more.
      limits.signal.throwIfAborted();
      limits.arrived(true);
      answers.push(answer);
      yield { type: 'image', bytes: readImage(answer, upstream), revisedPrompt: revisedPrompt(answer) };
    }
    const warnings = [...new Set(answers.flatMap((answer) => answer.warnings.map(describeWarning)))];
    yield { type: 'finish', finishReason: 'stop', usage: readUsage(answers, upstream), warnings };
  } catch (error) {
    if (limits.signal.aborted) throw limits.signal.reason;
    throw answerFailed(upstream, error);
  } finally {
    limits.stop();
  }
}

function callOptions({ prompt, input, images }: ImageRequest, { imageSizes }: SdkUpstream) {
  const { aspectRatio } = input;
  return {
    prompt,
    n: 1,
    size: aspectRatio && imageSizes?.[aspectRatio],
    aspectRatio: imageSizes ? undefined : aspectRatio,
    // Without a seed no model draws the same image twice.
    seed: undefined,
    files: images.map(({ bytes, mediaType }) => ({ type: 'file' as const, mediaType, data: bytes })),
    mask: undefined,
    providerOptions: {},
  };
}

/** @throws ProviderError when there is none */
function readImage(answer: ImageModelV4Result, { name, imageRefusal }: SdkUpstream): Uint8Array {
  const [image] = answer.images;
  const bytes = typeof image === 'string' ? Buffer.from(image, 'base64') : image;
  if (bytes !== undefined && bytes.byteLength > 0) return bytes;
  // `isRetryable: false` is the SDK's word for a filter of the upstream; it does not know all of them.
  const isRefused = answer.isRetryable === false || imageRefusal?.test(finishReason(answer));
  if (isRefused) throw new ProviderError('provider_refused', { provider: name, isRetryable: false });
  throw new ProviderError('provider_bad_answer', { provider: name, isRetryable: true });
}

function finishReason(answer: ImageModelV4Result): string {
  const reasons = Object.values(metadataOf(answer)).map((of) => of['finishReason']);
  return reasons.find((reason) => typeof reason === 'string') ?? '';
}

/** The upstream's own wording of the prompt, where it tells. */
function revisedPrompt(answer: ImageModelV4Result): string | null {
  for (const { images } of Object.values(metadataOf(answer))) {
    const [image] = images as Array<{ revisedPrompt?: unknown } | undefined>;
    if (typeof image?.revisedPrompt === 'string' && image.revisedPrompt !== '') return image.revisedPrompt;
  }
  return null;
}

function metadataOf({ providerMetadata = {} }: ImageModelV4Result): Metadata {
  return providerMetadata as Metadata;
}

function readUsage(answers: ImageModelV4Result[], { billedMicroUsd }: SdkUpstream): Usage {
  const billed = sum(answers.map((answer) => billedMicroUsd?.(metadataOf(answer)) ?? null));
  return {
    images: answers.length,
    inputTokens: sum(answers.map(({ usage }) => tokenCount(usage?.inputTokens))),
    outputTokens: sum(answers.map(({ usage }) => tokenCount(usage?.outputTokens))),
    ...(billed !== null && { billedMicroUsd: billed }),
  };
}

/** Null where one of them is not known: half a sum would pass for the whole. */
function sum(values: Array<number | null>): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}
