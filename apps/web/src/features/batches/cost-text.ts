import type { BatchEstimate } from '@octavo/contracts';
import type { TFunction } from 'i18next';
import { formatMoney, formatNumber } from '../../lib/format.ts';

/** What all rows may cost together, in a sentence. */
export function batchCostText(estimate: BatchEstimate | null, rows: number, t: TFunction, language: string): string {
  if (!estimate) return t('batch.run.costUnknownAll');
  const most = formatMoney(estimate.worstCaseMicroUsd, language);
  if (!estimate.known) {
    return estimate.worstCaseMicroUsd > 0 ? t('batch.run.costUnknown', { most }) : t('batch.run.costUnknownAll');
  }
  if (estimate.worstCaseMicroUsd === 0) return t('batch.run.costFree');
  return rows === 1
    ? t('batch.run.costOne', { most })
    : t('batch.run.cost', { rows: formatNumber(rows, language), most });
}
