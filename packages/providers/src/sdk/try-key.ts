import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { callFailed, type Upstream } from './classify.ts';
import { limitAnswer } from './limit-answer.ts';

/** OpenRouter's list of hundreds of models is below 1 MiB. */
const maxAnswerBytes = 4 * 1024 * 1024;

/** Something small that an upstream answers for nothing, but only to a key that it knows. */
export interface KeyQuestion {
  path: string;
  headers: (key: string) => Record<string, string>;
  /** What is wrong although there was an answer. */
  problemOf?: (answer: object) => ProviderErrorCode | undefined;
}

/** The question that most upstreams know. Without a key none is sent: a server of one's own may need none. */
export const askForModels: KeyQuestion = {
  path: '/models',
  headers: (key) => (key === '' ? {} : { authorization: `Bearer ${key}` }),
};

/**
 * Asks once, and resolves when the key is good for the question. Nothing of the answer or the key is kept.
 * @throws ProviderError as a generation would; that `signal` ends it counts as `provider_timeout`
 */
export async function tryKey(
  upstream: Upstream & { baseUrl: string },
  question: KeyQuestion,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const fail = (code: ProviderErrorCode) => new ProviderError(code, { provider: upstream.name, isRetryable: false });
  // No header can carry it, and no provider makes such keys.
  if (!/^[\x21-\x7e]*$/.test(key)) throw fail('provider_auth');
  const url = `${upstream.baseUrl.replace(/(?<!\/)\/+$/, '')}${question.path}`;
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { headers: question.headers(key), signal, redirect: 'error' });
    status = response.status;
    text = await limitAnswer(response, { bytes: maxAnswerBytes }, () => fail('provider_bad_answer')).text();
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    throw fail(signal.aborted ? 'provider_timeout' : 'provider_unavailable');
  }
  if (status >= 400) throw callFailed(upstream, { name: 'AI_APICallError', statusCode: status, responseBody: text });
  const answer = parse(text);
  const problem = answer ? question.problemOf?.(answer) : 'provider_bad_answer';
  if (problem) throw fail(problem);
}

function parse(text: string): object | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}
