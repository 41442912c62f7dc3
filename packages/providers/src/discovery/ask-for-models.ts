import { z } from 'zod';
import { limitAnswer } from '../sdk/limit-answer.ts';

/** OpenRouter's list of hundreds of models is below 1 MiB. */
const maxListBytes = 4 * 1024 * 1024;
const models = z.array(z.object({ id: z.string().min(1) })).min(1);
const modelList = z.object({ data: models });
/** What OpenAI's own answer says of itself; other programs on a usual port do not say it by chance. */
const openaiList = modelList.extend({ object: z.literal('list') });

/**
 * Asks a server for its models (`GET /models`).
 *
 * @param options.isKnown somebody said that it is such a server, so that the list need not prove it
 * @returns undefined unless it answers in time with a list of at least one model
 */
export async function askForModels(
  baseUrl: string,
  options: { withinMs: number; apiKey?: string | undefined; isKnown?: boolean },
): Promise<string[] | undefined> {
  const { withinMs, apiKey, isKnown = false } = options;
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(withinMs),
      redirect: 'error',
    });
    if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) {
      await response.body?.cancel();
      return undefined;
    }
    const parsed = (isKnown ? modelList : openaiList).safeParse(
      await limitAnswer(response, { bytes: maxListBytes }, (why) => new Error(why)).json(),
    );
    return parsed.success ? parsed.data.data.map(({ id }) => id) : undefined;
  } catch {
    // Nobody there, too slow, or no JSON: for the question asked all the same.
    return undefined;
  }
}
