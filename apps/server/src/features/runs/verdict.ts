import { type FinishReason, isUncharged, ProviderError, ProviderNotAvailable } from '@octavo/providers';
import type { Usage } from '@octavo/contracts';
import { describeBudgetReached, readBudgetReached } from '#features/budgets';
import { isConnectionError } from '#platform/db';
import { AppError } from '#platform/http';
import { TakeStopped } from './active-runs.ts';
import type { TakeEnd } from './run.repository.ts';

/** How a take ended, before it is decided what that means for its generation. */
export interface Verdict {
  outcome: TakeEnd['outcome'];
  code?: string;
  reason?: string;
  /** Another take with the same provider may do better. */
  isRetryable?: boolean;
  /** No other provider may do better either. */
  isFinal?: boolean;
  retryAfterMs?: number | undefined;
  finishReason?: string;
  usage?: Usage;
  /** What it cost; without it nobody knows. */
  cost?: TakeEnd['cost'];
}

export function judgeImages(count: number, finishReason: FinishReason, usage: Usage): Verdict {
  if (count > 0) return { outcome: 'completed', finishReason, usage };
  return {
    outcome: 'failed',
    code: 'quality_empty',
    reason: 'The provider answered without an image.',
    isRetryable: true,
    finishReason,
    usage,
  };
}

export const tooLong: Verdict = {
  outcome: 'failed',
  code: 'quality_too_long',
  reason: 'The provider did not stop writing.',
  isRetryable: true,
};

const nothing: TakeEnd['cost'] = { microUsd: 0, source: 'catalog' };

/**
 * What an error means for the take that it ended.
 * @param call.hasAnswered something came back before: of several calls, one at least was made and is paid for
 * @param call.price what usage that is known costs
 * @param tell hears of one that nobody foresaw
 * @throws TakeStopped when the take is not ours any more, and what says that the database is away
 */
export function verdictOf(
  error: unknown,
  call: { hasAnswered: boolean; price: (usage: Usage) => TakeEnd['cost'] },
  tell: (error: unknown) => void,
): Verdict {
  if (error instanceof TakeStopped) {
    if (error.why === 'cancelled') return { outcome: 'cancelled' };
    if (error.why === 'shutdown') {
      return {
        outcome: 'interrupted',
        code: 'worker_stopped',
        reason: 'The worker was stopped; another one starts over.',
      };
    }
    throw error;
  }
  if (error instanceof ProviderError) {
    const { code, message: reason, isRetryable, retryAfterMs, usage } = error;
    const failed = { outcome: 'failed', code, reason, isRetryable, retryAfterMs } as const;
    if (usage) return { ...failed, usage, cost: call.price(usage) };
    return isUncharged(error) && !call.hasAnswered ? { ...failed, cost: nothing } : failed;
  }
  const reached = readBudgetReached(error);
  if (reached) {
    const reason = describeBudgetReached(reached);
    // Another provider has a budget of its own; everything else is everybody's.
    const isFinal = !reached.scope.startsWith('provider:');
    return { outcome: 'failed', code: 'budget_exhausted', reason, isRetryable: false, isFinal };
  }
  if (error instanceof ProviderNotAvailable) {
    return { outcome: 'failed', code: 'provider_unavailable', reason: error.message, isRetryable: false };
  }
  if (error instanceof AppError && error.code === 'not_found') {
    const reason = 'An image that this was to be made from has been deleted.';
    return { outcome: 'failed', code: 'source_missing', reason, isRetryable: false };
  }
  // The database is away: another claim starts over when it is back.
  if (isConnectionError(error)) throw error;
  tell(error);
  return {
    outcome: 'failed',
    code: 'internal',
    reason: 'Something went wrong on this server while the text was written.',
    isRetryable: true,
  };
}
