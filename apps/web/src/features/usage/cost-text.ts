import type { AttemptView } from '@octavo/contracts';
import type { TFunction } from 'i18next';
import { formatMoney } from '../../lib/format.ts';

type Cost = Pick<AttemptView, 'costMicroUsd' | 'costSource' | 'heldMicroUsd'>;

/** What an attempt cost, or what is set aside for it; null where there is nothing to say. */
export function costText(
  { costMicroUsd, costSource, heldMicroUsd }: Cost,
  t: TFunction,
  language: string,
): string | null {
  if (costSource === 'unknown' && costMicroUsd !== null)
    return t('cost.counted', { amount: formatMoney(costMicroUsd, language) });
  if (costMicroUsd !== null) return costMicroUsd === 0 ? t('cost.free') : formatMoney(costMicroUsd, language);
  return heldMicroUsd > 0 ? t('cost.held', { amount: formatMoney(heldMicroUsd, language) }) : null;
}
