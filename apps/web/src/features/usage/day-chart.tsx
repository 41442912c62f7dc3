import type { UsageView } from '@octavo/contracts';
import { useTranslation } from 'react-i18next';
import { formatMoney, formatNumber, formatUtcDay } from '../../lib/format.ts';
import { dayMs, toDay } from './queries.ts';

/** A bar a day. It is for the eye only: the same figures stand in the table of days. */
export function DayChart({ usage }: { usage: UsageView }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const isMoney = usage.total.spentMicroUsd > 0;
  const byDay = new Map(usage.rows.map((row) => [row.key, isMoney ? row.spentMicroUsd : row.takes]));
  const days: string[] = [];
  for (let at = Date.parse(usage.from); at <= Date.parse(usage.to); at += dayMs) days.push(toDay(at));
  const most = Math.max(1, ...byDay.values());
  const say = (value: number) => (isMoney ? formatMoney(value, language) : formatNumber(value, language));
  return (
    <figure className="rounded-xl border border-line bg-raised p-5 shadow-card">
      <figcaption className="mb-4 text-sm">
        <span className="font-medium">{t(isMoney ? 'usage.chart' : 'usage.chartJobs')}</span>
        {!isMoney && <span className="block text-muted">{t('usage.chartFree')}</span>}
      </figcaption>
      <div aria-hidden="true" data-testid="chart">
        <p className="mb-1 text-xs text-muted">{say(most)}</p>
        <div className="flex h-40 items-end gap-px border-b border-line sm:gap-0.5">
          {days.map((day) => {
            const value = byDay.get(day) ?? 0;
            return (
              <div
                key={day}
                className="flex h-full min-w-0 flex-1 items-end"
                title={`${formatUtcDay(day, language)}: ${say(value)}`}
              >
                {value > 0 && (
                  <div
                    className="min-h-0.5 w-full rounded-t-sm bg-accent"
                    style={{ height: `${(value / most) * 100}%` }}
                  />
                )}
              </div>
            );
          })}
        </div>
        <p className="mt-1 flex justify-between text-xs text-muted">
          <span>{formatUtcDay(usage.from, language)}</span>
          <span>{formatUtcDay(usage.to, language)}</span>
        </p>
      </div>
    </figure>
  );
}
