import type { BatchDetail } from '@octavo/contracts';
import { providerNames } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { formatDate, formatMoney } from '../../lib/format.ts';

/** Money, pace, and by whom. */
export function BatchFacts({ batch }: { batch: BatchDetail }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const { maxCostMicroUsd, spentMicroUsd, heldMicroUsd, rowsPerMinute, model } = batch;
  const spent = formatMoney(spentMicroUsd, language);
  const provider = providerNames.find((name) => name === batch.provider);
  const facts: Array<[string, string]> = [
    [
      t('batch.spent'),
      maxCostMicroUsd === null ? spent : t('batch.spentOf', { spent, cap: formatMoney(maxCostMicroUsd, language) }),
    ],
    [t('batch.pace'), rowsPerMinute === null ? t('batch.paceFree') : t('batch.paceOf', { n: rowsPerMinute })],
  ];
  if (provider) facts.push([t('batch.madeBy'), [t(`providers.${provider}`), model].filter(Boolean).join(', ')]);
  facts.push([t('batch.created'), formatDate(batch.createdAt, language)]);
  return (
    <div className="rounded-xl border border-line bg-raised p-5 text-sm shadow-card">
      <dl className="space-y-3">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-muted">{name}</dt>
            <dd className="font-medium break-words tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {maxCostMicroUsd !== null && maxCostMicroUsd > 0 && (
        <progress
          className="mt-3 h-2 w-full overflow-hidden rounded-full"
          aria-label={t('batch.spent')}
          max={maxCostMicroUsd}
          value={Math.min(spentMicroUsd, maxCostMicroUsd)}
        />
      )}
      {heldMicroUsd > 0 && (
        <p className="mt-2 text-xs text-muted">{t('cost.held', { amount: formatMoney(heldMicroUsd, language) })}</p>
      )}
    </div>
  );
}
