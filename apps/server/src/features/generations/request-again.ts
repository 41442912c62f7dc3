import { type GenerateBody, generateBody, type RegenerateBody } from '@octavo/contracts';
import type { GenerationRow } from '#platform/db';
import { AppError } from '#platform/http';
import { sourcesOf } from './intake.ts';
import type { Again, LastAsked, Submission } from './submission.ts';

/** What was asked for last, with what is to change. @throws AppError validation_failed when that makes no request */
export function requestAgain(last: LastAsked, change: RegenerateBody): GenerateBody {
  const { provider, model, ...fields } = change;
  const wish =
    provider === undefined && model === undefined
      ? wishOf(last)
      : {
          provider: provider === undefined ? last.requested_provider : provider,
          model,
        };
  const request = generateBody.safeParse({
    contentType: last.content_type,
    title: last.title,
    prompt: last.prompt,
    ...(wish.provider && { provider: wish.provider }),
    ...(wish.model && { model: wish.model }),
    ...(last.input !== null && { input: withoutCopy(last.input as Record<string, unknown>) }),
    ...fields,
  });
  if (request.success) return request.data;
  const wrong = request.error.issues.map(({ path, message }) => ({ path: ['body', ...path].join('.'), message }));
  throw new AppError('validation_failed', `${wrong[0]!.path} ${wrong[0]!.message}`, { fields: wrong });
}

/** What a generation was asked for, word for word: nothing is looked up anew. */
export function retryOf(
  old: GenerationRow,
): Pick<Submission, 'contentId' | 'request' | 'input' | 'sources' | 'delayMs'> & Again {
  const { id, content_id: contentId, content_type: contentType, title, prompt } = old;
  const input = old.input as object | null;
  return {
    contentId,
    request: { contentType, title, prompt, ...(input && { input }), ...wishOf(old) } as GenerateBody,
    input,
    sources: sourcesOf(contentType, input),
    delayMs: 0,
    replaces: id,
    retryOf: id,
  };
}

/** A content that was to be translated is read again: beside its id stands what it said last time. */
function withoutCopy({ text, ...input }: Record<string, unknown>) {
  return text === undefined || input['contentId'] !== undefined ? input : { text, ...input };
}

/** Provider and model that were wished for, in the words of a request. */
function wishOf(asked: { requested_provider: string | null; requested_model: string | null }) {
  return {
    ...(asked.requested_provider !== null && { provider: asked.requested_provider }),
    ...(asked.requested_model !== null && { model: asked.requested_model }),
  };
}
