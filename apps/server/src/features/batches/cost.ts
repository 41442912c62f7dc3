import type { BatchEstimate, GenerateBody } from '@octavo/contracts';
import { AppError } from '#platform/http';

/** What one generation may cost at most. */
export type EstimateOne = (userId: string, request: GenerateBody) => Promise<BatchEstimate>;

/** What the rows of a batch may cost together. Without `estimateOne` no estimate is shown and no limit can be kept. */
export function createBatchCost(estimateOne: EstimateOne | undefined) {
  async function estimate(userId: string, requests: GenerateBody[]): Promise<BatchEstimate | null> {
    if (!estimateOne) return null;
    const sum = { worstCaseMicroUsd: 0, known: true };
    for (const request of requests) {
      const one = await estimateOne(userId, request);
      sum.worstCaseMicroUsd += one.worstCaseMicroUsd;
      sum.known &&= one.known;
    }
    return sum;
  }

  return {
    estimate,

    /** @throws AppError cost_above_limit */
    async assertWithinLimit(userId: string, limitMicroUsd: number | null, requests: GenerateBody[]): Promise<void> {
      if (limitMicroUsd === null) return;
      const most = await estimate(userId, requests);
      if (!most?.known) {
        throw new AppError('cost_above_limit', 'Nobody can say what all rows cost, so your limit could not be kept.');
      }
      if (most.worstCaseMicroUsd > limitMicroUsd) {
        throw new AppError(
          'cost_above_limit',
          `The rows may cost up to ${inUsd(most.worstCaseMicroUsd)} together; you allowed ${inUsd(limitMicroUsd)}.`,
        );
      }
    },
  };
}

function inUsd(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(microUsd < 10_000 ? 6 : 2)}`;
}
