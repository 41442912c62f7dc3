import { z } from 'zod';
import { contentType, providerName } from './content-types.ts';
import { descriptionInput, imageInput, storyInput, translationInput } from './inputs.ts';
import { generationStatuses, maxPromptLength, maxTitleLength } from './names.ts';
import { text, trimmedText } from './text.ts';

export const generationStatus = z.enum(generationStatuses);
export type GenerationStatus = z.infer<typeof generationStatus>;

const prompt = text({ max: maxPromptLength });
const neededPrompt = prompt.refine((value) => value.trim() !== '', 'must not be empty');

const common = {
  title: trimmedText({ min: 1, max: maxTitleLength }),
  /** Use this provider only; without it the server's order for the content type applies. */
  provider: providerName.optional(),
  /** A model id of that provider; only together with `provider`. */
  model: trimmedText({ min: 1, max: 200 }).optional(),
  /** Wait this long before the work starts; the server's GENERATION_DELAY without it. */
  delayMs: z.int().min(0).max(86_400_000).optional(),
};

/** Fields that every kind has, and the `input` of its own. */
export const generateBody = z
  .discriminatedUnion('contentType', [
    z.strictObject({ ...common, contentType: z.enum(['blog', 'product', 'social']), prompt: neededPrompt }),
    z.strictObject({ ...common, contentType: z.literal('story'), prompt: neededPrompt, input: storyInput.optional() }),
    z.strictObject({ ...common, contentType: z.literal('image'), prompt: neededPrompt, input: imageInput.optional() }),
    z.strictObject({
      ...common,
      contentType: z.literal('description'),
      prompt: prompt.default(''),
      input: descriptionInput,
    }),
    z.strictObject({
      ...common,
      contentType: z.literal('translation'),
      prompt: prompt.default(''),
      input: translationInput,
    }),
  ])
  .refine((body) => body.model === undefined || body.provider !== undefined, {
    path: ['model'],
    message: 'needs provider as well',
  });
export type GenerateBody = z.infer<typeof generateBody>;

/** RFC draft "Idempotency-Key": printable ASCII, at most 255 characters. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without spaces');

export const usage = z.object({
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  /** Images made; absent for text. */
  images: z.int().optional(),
  /** What the provider itself says it charged, in millionths of a US dollar; it wins over our price list. */
  billedMicroUsd: z.int().optional(),
});
export type Usage = z.infer<typeof usage>;

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
  usage: usage.nullable(),
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
  /** Text of the current take as far as the run log holds it; the whole output once completed. */
  text: z.string(),
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
