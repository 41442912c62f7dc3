import { z } from 'zod';
import { contentType, providerName } from './content-types.ts';
import { mediaView } from './media.ts';
import {
  descriptionInput,
  generationInput,
  imageInput,
  inputOfAnyKind,
  storyInput,
  translationInput,
} from './inputs.ts';
import { generationStatuses, maxPromptLength, maxTitleLength } from './names.ts';
import { text, trimmedText } from './text.ts';

export const generationStatus = z.enum(generationStatuses);
export type GenerationStatus = z.infer<typeof generationStatus>;

const prompt = text({ max: maxPromptLength });
const neededPrompt = prompt.refine((value) => value.trim() !== '', 'must not be empty').meta({ minLength: 1 });

const titled = { title: trimmedText({ min: 1, max: maxTitleLength }) };

const choices = {
  /** Use this provider only; without it the server's order for the content type applies. */
  provider: providerName.optional(),
  /** A model id of that provider; only together with `provider`. */
  model: trimmedText({ min: 1, max: 200 }).optional(),
  /** Wait this long before the work starts; the server's GENERATION_DELAY without it. */
  delayMs: z.int().min(0).max(86_400_000).optional(),
};
const common = { ...titled, ...choices };

/** What a repeated generation may change; `input` is judged by the content's type. */
export const generationInputs = {
  prompt: prompt.optional(),
  model: common.model,
  input: inputOfAnyKind.optional(),
  delayMs: common.delayMs,
};

export const bodyOfKind = z.discriminatedUnion('contentType', [
  z
    .strictObject({ ...common, contentType: z.enum(['blog', 'product', 'social']), prompt: neededPrompt })
    .meta({ title: 'GenerateText' }),
  z
    .strictObject({ ...common, contentType: z.literal('story'), prompt: neededPrompt, input: storyInput.optional() })
    .meta({ title: 'GenerateStory' }),
  z
    .strictObject({ ...common, contentType: z.literal('image'), prompt: neededPrompt, input: imageInput.optional() })
    .meta({ title: 'GenerateImage' }),
  z
    .strictObject({ ...common, contentType: z.literal('description'), prompt, input: descriptionInput })
    .meta({ title: 'GenerateDescription' }),
  z
    .strictObject({ ...common, contentType: z.literal('translation'), prompt, input: translationInput })
    .meta({ title: 'GenerateTranslation' }),
]);

/**
 * Fields that every kind has, and the `input` of its own. In two steps, so that a request whose content type is wrong
 * is told of its other mistakes as well.
 */
export const generateBody = z
  .strictObject({ ...titled, contentType, prompt, input: z.looseObject({}).optional(), ...choices })
  .refine((body) => body.model === undefined || body.provider !== undefined, {
    path: ['model'],
    message: 'needs provider as well',
  })
  .pipe(bodyOfKind)
  .meta({
    examples: [
      { title: 'How tea came to Europe', contentType: 'blog', prompt: 'A short history of tea for curious beginners' },
    ],
  });
export type GenerateBody = z.infer<typeof generateBody>;

/** For how long a key is remembered at least. */
export const idempotencyKeyHours = 24;

/** RFC draft "Idempotency-Key": printable ASCII, at most 255 characters. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without spaces')
  .describe(
    `Any name for this request that you use for no other, such as a UUID. Send it again with a repeated request. All routes that take a key share your keys; each is kept for ${idempotencyKeyHours} hours.`,
  );

export const usage = z.object({
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  /** Images made; absent for text. */
  images: z.int().optional(),
  /** What the provider itself says it charged, in millionths of a US dollar; it wins over our price list. */
  billedMicroUsd: z.int().optional(),
});
export type Usage = z.infer<typeof usage>;

/** What a take was asked with, e.g. temperature and seed, and the hash of the content type's instructions. */
export const takeParameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type TakeParameters = z.infer<typeof takeParameters>;

/**
 * Where a cost comes from. `billed`: the provider said it. `catalog`: counted by a price list. `unknown`: the price or the
 * outcome of the call is not known; what was reserved counts.
 */
export const costSource = z.enum(['billed', 'catalog', 'unknown']);

/** One try at a generation by one worker with one provider: a take. Its text never mixes with another's. */
export const attemptView = z.object({
  attempt: z.int(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  /** `interrupted`: the worker vanished, and what the provider did with the call is unknown. */
  outcome: z.enum(['running', 'completed', 'failed', 'cancelled', 'interrupted']),
  finishReason: z.string().nullable(),
  errorCode: z.string().nullable(),
  reason: z.string().nullable(),
  /** It wrote words, which can be read whatever became of it. */
  hasText: z.boolean(),
  usage: usage.nullable(),
  /** What it was asked with; null for takes of before that was kept. */
  parameters: takeParameters.nullable(),
  /** What it cost, in micro-USD; null while nobody knows. */
  costMicroUsd: z.int().nullable(),
  costSource: costSource.nullable(),
  /** Set aside for it, at most what it can cost, until its cost is known. */
  heldMicroUsd: z.int(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  durationMs: z.int().nullable(),
});
export type AttemptView = z.infer<typeof attemptView>;

/** A take with its words as far as the run log holds them. */
export const attemptText = attemptView.extend({ generationId: z.string(), contentId: z.string(), text: z.string() });
export type AttemptText = z.infer<typeof attemptText>;

export const generationView = z.object({
  id: z.string(),
  contentId: z.string(),
  title: z.string(),
  contentType,
  prompt: z.string(),
  status: generationStatus,
  /** The current take. Text of an earlier take is void once this number grows. */
  attempt: z.int(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  /** What was asked for besides title and prompt, in the shape of its content type; null when nothing was. */
  input: generationInput.nullable(),
  /** Images of the current take, in the order in which they came. */
  images: z.array(mediaView),
  /** Text of the current take as far as the run log holds it; the whole output once completed. */
  text: z.string(),
  /** A completed story as it is read in `text`; null for everything else. Paragraphs are Markdown. */
  story: z.object({ title: z.string(), paragraphs: z.array(z.string()) }).nullable(),
  failureCode: z.string().nullable(),
  failureReason: z.string().nullable(),
  cancelRequested: z.boolean(),
  retryOf: z.string().nullable(),
  /** When a pending generation is due to run (after a delay, or before the next attempt). */
  runAfter: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  durationMs: z.int().nullable(),
  attempts: z.array(attemptView),
});
export type GenerationView = z.infer<typeof generationView>;

export const cancelResult = z.object({ id: z.string(), status: generationStatus, cancelRequested: z.boolean() });
export type CancelResult = z.infer<typeof cancelResult>;
