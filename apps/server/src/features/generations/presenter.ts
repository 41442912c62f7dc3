import type {
  AttemptView,
  GenerationAccepted,
  GenerationInput,
  GenerationView,
  JobStatusView,
  MediaView,
  StoryInput,
} from '@octavo/contracts';
import { parseStory } from '@octavo/providers';
import type { GenerationRow } from '#platform/db';
import type { AttemptListRow } from './repository.ts';
import type { FoundGeneration } from './submission.ts';

/** The answer to an accepted generation. Built from what never changes, so that a repeated submit gets the same one. */
export function presentAccepted(generation: {
  id: string;
  user_id: string;
  content_id: string;
  title: string;
  content_type: GenerationAccepted['contentType'];
  prompt: string;
  delay_ms: number;
  created_at: Date;
}): GenerationAccepted {
  const createdAt = generation.created_at.toISOString();
  const seconds = Math.round(generation.delay_ms / 1000);
  return {
    id: generation.content_id,
    userId: generation.user_id,
    title: generation.title,
    contentType: generation.content_type,
    prompt: generation.prompt,
    generatedText: '',
    images: [],
    status: 'draft',
    jobId: generation.id,
    generationStatus: 'pending',
    failureReason: null,
    createdAt,
    updatedAt: createdAt,
    message:
      seconds === 0
        ? 'Content generation queued. It will be processed right away.'
        : `Content generation queued. It will be processed in ${seconds} s.`,
    expectedDelay: generation.delay_ms,
  };
}

export function presentJobStatus(generation: GenerationRow): JobStatusView {
  const { status } = generation;
  return {
    jobId: generation.id,
    status,
    ...(status === 'completed' && {
      content: {
        id: generation.content_id,
        title: generation.title,
        generatedText: generation.output ?? '',
        contentType: generation.content_type,
        prompt: generation.prompt,
      },
    }),
    ...(status === 'failed' && { failureReason: generation.failure_reason ?? '' }),
  };
}

export function presentGeneration(
  generation: FoundGeneration,
  attempts: AttemptListRow[],
  images: MediaView[],
  text: string,
): GenerationView {
  return {
    id: generation.id,
    contentId: generation.content_id,
    title: generation.title,
    contentType: generation.content_type,
    prompt: generation.prompt,
    status: generation.status,
    attempt: generation.attempt,
    provider: generation.provider,
    model: generation.model,
    text,
    story: storyOf(generation, text),
    input: generation.is_erased ? null : (generation.input as GenerationInput | null),
    images,
    failureCode: generation.failure_code,
    failureReason: generation.failure_reason,
    cancelRequested: generation.cancel_requested_at !== null,
    retryOf: generation.retry_of,
    runAfter: generation.run_after.toISOString(),
    createdAt: generation.created_at.toISOString(),
    startedAt: generation.started_at?.toISOString() ?? null,
    finishedAt: generation.finished_at?.toISOString() ?? null,
    durationMs: between(generation.started_at, generation.finished_at),
    attempts: attempts.map(presentAttempt),
  };
}

/** Read with the number of paragraphs that was asked for, as the quality gate reads it. */
function storyOf({ content_type, status, input }: GenerationRow, text: string): GenerationView['story'] {
  if (content_type !== 'story' || status !== 'completed') return null;
  const reading = parseStory(text, (input as StoryInput | null)?.paragraphs);
  return reading.ok ? { title: reading.story.title, paragraphs: reading.story.paragraphs } : null;
}

export function presentAttempt(attempt: AttemptListRow): AttemptView {
  const { input_tokens: inputTokens, output_tokens: outputTokens, images } = attempt;
  return {
    attempt: attempt.attempt,
    provider: attempt.provider,
    model: attempt.model,
    outcome: attempt.outcome,
    finishReason: attempt.finish_reason,
    errorCode: attempt.error_code,
    reason: attempt.reason,
    hasText: attempt.has_text,
    usage:
      inputTokens === null && outputTokens === null && images === null
        ? null
        : { inputTokens, outputTokens, ...(images !== null && { images }) },
    costMicroUsd: attempt.cost_micro_usd,
    costSource: attempt.cost_source,
    heldMicroUsd: attempt.cost_micro_usd === null ? attempt.reserved_micro_usd : 0,
    parameters: attempt.parameters,
    startedAt: attempt.started_at.toISOString(),
    finishedAt: attempt.finished_at?.toISOString() ?? null,
    durationMs: between(attempt.started_at, attempt.finished_at),
  };
}

function between(start: Date | null, end: Date | null): number | null {
  return start && end ? Math.max(0, end.getTime() - start.getTime()) : null;
}
