import type { UsageQuery } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../components/form/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { formatMoney, formatNumber } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Budgets } from './budgets.tsx';
import { DayChart } from './day-chart.tsx';
import { usageQueries } from './queries.ts';
import { UsageTable } from './usage-table.tsx';

const route = getRouteApi('/app/usage');
const groups = ['kind', 'provider', 'model', 'day'] as const satisfies ReadonlyArray<UsageQuery['by']>;

/** What a person used and spent, and the budgets that bound it. */
export function UsagePage() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const { days = 30 } = route.useSearch();
  const [by, setBy] = useState<UsageQuery['by']>('kind');
  const daily = useQuery(usageQueries.of('day', days));
  const grouped = useQuery(usageQueries.of(by, days));
  useTitle(t('usage.title'));
  const error = daily.error ?? grouped.error;
  const total = daily.data?.total;
  const totals: Array<[string, string]> = total
    ? [
        [t('usage.spent'), formatMoney(total.spentMicroUsd, language)],
        [t('usage.held'), formatMoney(total.heldMicroUsd, language)],
        [t('usage.jobs'), formatNumber(total.jobs, language)],
        [t('usage.takes'), formatNumber(total.takes, language)],
        [
          t('usage.tokens'),
          `${formatNumber(total.inputTokens, language)} / ${formatNumber(total.outputTokens, language)}`,
        ],
        [t('usage.images'), formatNumber(total.images, language)],
      ]
    : [];

  return (
    <>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-4">
        <PageTitle className="font-serif text-3xl font-semibold">{t('usage.title')}</PageTitle>
        <nav aria-label={t('usage.range')} className="flex gap-1 rounded-lg bg-sunken p-1">
          {([7, 30, 90] as const).map((each) => (
            <Link
              key={each}
              to="/usage"
              search={{ days: each }}
              replace
              aria-current={each === days ? 'true' : undefined}
              className={`flex min-h-9 items-center rounded-md px-3 text-sm ${each === days ? 'bg-raised font-medium text-ink shadow-card' : 'text-muted'}`}
            >
              {t('usage.days', { n: each })}
            </Link>
          ))}
        </nav>
      </div>
      {error && <Notice tone="bad">{errorMessage(error, t, language)}</Notice>}
      <dl className="mb-6 grid grid-cols-2 gap-4 sm:grid-cols-3">
        {totals.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-sm text-muted">{name}</dt>
            <dd className="text-lg font-semibold break-words tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {daily.data ? <DayChart usage={daily.data} /> : <div className="skeleton h-52" aria-hidden="true" />}
      <section aria-labelledby="details" className="mt-8 space-y-4">
        <h2 id="details" className="text-xl font-semibold">
          {t('usage.details')}
        </h2>
        <div className="max-w-60">
          <Field label={t('usage.by')}>
            {(control) => (
              <select
                {...control}
                className={`${control.className} select`}
                value={by}
                onChange={(event) => setBy(event.target.value as UsageQuery['by'])}
              >
                {groups.map((each) => (
                  <option key={each} value={each}>
                    {t(`usage.${each}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {/* Rows of the former grouping are not shown under the heading of the next. */}
        {grouped.data && !grouped.isPlaceholderData && <UsageTable usage={grouped.data} by={by} />}
      </section>
      <Budgets />
    </>
  );
}
