import type { Logger } from '#platform/log';
import { repeatEvery } from '#platform/repeat';
import type { CostRepository } from './cost.repository.ts';

const batchSize = 100;

/** Counts calls whose outcome nobody has learnt after `unknownAfterMs` as spent, each as much as was held for it. */
export function createMoneySweeper(deps: {
  costs: Pick<CostRepository, 'unknownCosts' | 'settleUnknown'>;
  log: Logger;
  unknownAfterMs: number;
  intervalMs: number;
}) {
  const { costs, log, unknownAfterMs, intervalMs } = deps;

  async function sweep(): Promise<void> {
    for (const { generationId, attempt } of await costs.unknownCosts(batchSize, unknownAfterMs)) {
      await costs.settleUnknown(generationId, attempt);
    }
  }

  return repeatEvery(intervalMs, sweep, { log, failure: 'money not swept, will try again' });
}
