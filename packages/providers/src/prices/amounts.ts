import type { ContentType, ProviderName } from '@octavo/contracts';
import { contentTypes, maxChunkChars, maxSegmentChars } from '../content-types/index.ts';
import { boundTranslation } from '../translation/index.ts';
import type { Amount, UnitPrice } from './unit-price.ts';

/** What of the inputs of all kinds prices depend on. */
interface PricedInput {
  paragraphs?: number | undefined;
  count?: number | undefined;
  references?: readonly string[] | undefined;
  text?: string | undefined;
}

/** As much of a request as its price depends on: a `GenerateBody`, or what a take asks of a provider. */
export interface PricedRequest {
  contentType: ContentType;
  title: string;
  prompt: string;
  /** The `input` of its kind. */
  input?: object | undefined;
  /** Images that go in, when they are at hand. */
  images?: ReadonlyArray<unknown> | undefined;
}

/** Room for what is said around the user's words: our forms, names of languages, an upstream's own preamble. */
const overheadTokens = 4096;
/** The most an image counts as input; what an upstream says of its largest. */
const tokensPerSourceImage: Record<ProviderName, number> = {
  xai: 2048,
  google: 10_240,
  openrouter: 10_240,
  'openai-compatible': 10_240,
  local: 0,
  sandbox: 1024,
};
/**
 * Room for a model's thoughts that is added to the ceiling of a text, where the upstream counts them as output; the
 * providers' own settings, which `ceilings.test.ts` holds against what is really sent. Image models think as well, and
 * take no ceiling: they have not been seen to need more.
 */
const thinkingTokens: Partial<Record<ProviderName, { text: number; image: number }>> = {
  xai: { text: 8192, image: 0 },
  google: { text: 8192, image: 2048 },
};
/** Each chunk of a translation may be asked for twice: lines that came back broken. */
const asksPerChunk = 2;

/**
 * More than a take can use. A token of text is at least one byte of UTF-8, whatever the tokenizer, and no upstream
 * writes more than the ceiling it is given.
 */
export function amountAtMost(provider: ProviderName, price: UnitPrice | undefined, request: PricedRequest): Amount {
  const { contentType } = request;
  const input = inputOf(request);
  const definition = contentTypes[contentType];
  const images = contentType === 'image' ? (input.count ?? 1) : 0;
  const calls = callsAtMost(request);
  const words = bytes(request.title) + bytes(request.prompt);
  const callTokens = bytes(definition.system) + bytes(definition.user) + overheadTokens + words;
  const sourceImages = sourceImagesOf(request);
  const thoughts = thinkingTokens[provider]?.[images > 0 ? 'image' : 'text'] ?? 0;
  const perImage = price?.imageOutput?.tokensPerImage ?? 0;
  return {
    // The text of a translation is shared out among its calls; all else goes with each call.
    inputTokens:
      calls * (callTokens + sourceImages * tokensPerSourceImage[provider]) +
      (contentType === 'translation'
        ? asksPerChunk * chunksAtMost(input.text).bytes
        : calls * bytes(JSON.stringify(input))),
    outputTokens: calls * (ceiling(request) + thoughts) + images * perImage,
    images,
    sourceImages: images > 0 ? calls * sourceImages : sourceImages,
  };
}

/** What a take of this kind usually uses: a guess, for people who want to know before they ask. */
export function amountUsually(provider: ProviderName, price: UnitPrice | undefined, request: PricedRequest): Amount {
  const most = amountAtMost(provider, price, request);
  const { contentType } = request;
  const input = inputOf(request);
  const words = request.title.length + request.prompt.length + JSON.stringify(input).length;
  const text = input.text?.length ?? 0;
  const outputTokens =
    contentType === 'translation'
      ? text / charactersPerToken
      : contentType === 'story' && input.paragraphs !== undefined
        ? input.paragraphs * 120
        : usualTokens[contentType];
  return {
    ...most,
    inputTokens: Math.min(
      most.inputTokens,
      Math.ceil(words / charactersPerToken) +
        (contentType === 'translation' ? Math.ceil(text / maxChunkChars) : callsAtMost(request)) * 250 +
        sourceImagesOf(request) * 800,
    ),
    outputTokens: Math.min(
      most.outputTokens,
      Math.ceil(outputTokens) + (most.images > 0 ? most.images * (price?.imageOutput?.tokensPerImage ?? 0) : 0),
    ),
  };
}

const charactersPerToken = 4;
const usualTokens: Record<ContentType, number> = {
  blog: 1300,
  product: 300,
  social: 180,
  story: 1100,
  image: 0,
  description: 200,
  translation: 0,
};

/** The ceiling of one call, without room for thoughts. */
function ceiling(request: PricedRequest): number {
  const { maxOutputTokens } = contentTypes[request.contentType];
  const { paragraphs } = inputOf(request);
  if (request.contentType !== 'story' || paragraphs === undefined) return maxOutputTokens;
  return Math.max(maxOutputTokens, 256 + paragraphs * 320);
}

/** Images are asked for one by one, translations by the chunk. */
export function callsAtMost(request: PricedRequest): number {
  const { count = 1, text } = inputOf(request);
  if (request.contentType === 'image') return count;
  return request.contentType === 'translation' ? asksPerChunk * chunksAtMost(text).chunks : 1;
}

function chunksAtMost(text = ''): { chunks: number; bytes: number } {
  return boundTranslation(text, { maxSegment: maxSegmentChars, maxChunk: maxChunkChars });
}

function sourceImagesOf(request: PricedRequest): number {
  if (request.contentType === 'description') return 1;
  if (request.contentType !== 'image') return 0;
  return Math.max(request.images?.length ?? 0, inputOf(request).references?.length ?? 0);
}

function inputOf({ input }: PricedRequest): PricedInput {
  return input ?? {};
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
