import type { UsageQuery, UsageView } from '@octavo/contracts';
import { contentTypeNames, providerNames } from '@octavo/contracts/names';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { formatMoney, formatNumber, formatUtcDay } from '../../lib/format.ts';

/** A shadow at each edge behind which there is more; paper moves along with the table and covers it at the end. */
const shade = 'color-mix(in srgb, var(--ink) 22%, transparent)';
const edges = {
  background: [
    'linear-gradient(to right, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local',
    'linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local',
    `linear-gradient(to right, ${shade}, transparent) left / 0.75rem 100% no-repeat scroll`,
    `linear-gradient(to left, ${shade}, transparent) right / 0.75rem 100% no-repeat scroll`,
  ].join(', '),
};

/** The figures of every day, kind, provider or model. */
export function UsageTable({ usage, by }: { usage: UsageView; by: UsageQuery['by'] }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const number = (value: number) => formatNumber(value, language);
  const heads = [t('usage.spent'), t('usage.held'), t('usage.takes'), t('usage.tokens'), t('usage.images')];
  if (usage.rows.length === 0) return <p className="text-sm text-muted">{t('usage.nothing')}</p>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- on a phone it scrolls sideways, by keyboard as well
    <div className="overflow-x-auto" style={edges} tabIndex={0} role="region" aria-label={t(`usage.${by}`)}>
      <table className="w-full text-sm whitespace-nowrap">
        <thead>
          <tr className="border-b border-line text-left text-muted">
            <th scope="col" className="py-2 pr-4 font-medium">
              {t(`usage.${by}`)}
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" className="px-2 py-2 text-right font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {usage.rows.map((row) => (
            <tr key={row.key} className="border-b border-line last:border-0">
              <th scope="row" className="py-2 pr-4 text-left font-normal">
                {rowName(row.key, by, t, language)}
              </th>
              {[
                formatMoney(row.spentMicroUsd, language),
                formatMoney(row.heldMicroUsd, language),
                number(row.takes),
                `${number(row.inputTokens)} / ${number(row.outputTokens)}`,
                number(row.images),
              ].map((value, index) => (
                <td key={heads[index]} className="px-2 py-2 text-right tabular-nums">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function rowName(key: string, by: UsageQuery['by'], t: TFunction, language: string): string {
  if (by === 'day') return formatUtcDay(key, language);
  const kind = by === 'kind' && contentTypeNames.find((name) => name === key);
  if (kind) return t(`types.${kind}`);
  const provider = by === 'provider' && providerNames.find((name) => name === key);
  if (provider) return t(`providers.${provider}`);
  return key === '' ? t('usage.none') : key;
}
