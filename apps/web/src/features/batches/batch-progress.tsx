import type { BatchDetail } from '@octavo/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { formatLong, formatNumber } from '../../lib/format.ts';
import { BatchBar } from './badges.tsx';
import { batchCostText } from './cost-text.ts';
import { isMoving } from './queries.ts';
import { addSample, type Sample, timeLeftMs } from './time-left.ts';

/** How far it is and how long it may take; before the start what it may cost. `atMs`: when that was known. */
export function BatchProgress({ batch, atMs }: { batch: BatchDetail; atMs: number }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const { status, counts, rowCount } = batch;
  if (status === 'draft') return <Draft batch={batch} />;
  const ended = counts.completed + counts.failed + counts.cancelled;
  const percent = new Intl.NumberFormat(language, { style: 'percent' }).format(ended / Math.max(1, rowCount));
  return (
    <section aria-labelledby="progress" className="space-y-4 rounded-xl border border-line bg-raised p-5 shadow-card">
      <div className="flex items-baseline justify-between gap-4">
        <h2 id="progress" className="font-semibold">
          {t('batch.progress')}
        </h2>
        <span className="text-sm text-muted tabular-nums">{percent}</span>
      </div>
      <BatchBar batch={batch} />
      <p className="text-sm">
        {t('batch.progressOf', {
          done: formatNumber(counts.completed, language),
          total: formatNumber(rowCount, language),
        })}
      </p>
      {status === 'running' && <TimeLeft batch={batch} atMs={atMs} />}
      {status === 'paused' && batch.pausedReason === null && <Notice>{t('batch.pausedByYou')}</Notice>}
      {status === 'paused' && batch.pausedReason !== null && (
        <Notice tone="bad" title={t('batch.pausedItself')}>
          <p>{batch.pausedReason}</p>
          <p>{t('batch.pausedItselfText')}</p>
        </Notice>
      )}
      {/* Said once, when nothing moves any more. */}
      <div role="status" className="text-sm">
        {status === 'completed' && !isMoving(batch) && (
          <p className={counts.failed > 0 ? 'text-bad' : 'text-good'}>
            {counts.failed > 0 ? t('batch.finishedSome', { count: counts.failed }) : t('batch.finishedAll')}
          </p>
        )}
      </div>
    </section>
  );
}

function TimeLeft({ batch, atMs }: { batch: BatchDetail; atMs: number }) {
  const { t, i18n } = useTranslation();
  const { counts, rowsPerMinute } = batch;
  const left = counts.waiting + counts.pending + counts.processing;
  const [samples, setSamples] = useState<readonly Sample[]>([{ atMs, left }]);
  // Also when the numbers are the same: time has passed.
  if (samples.at(-1)?.atMs !== atMs) setSamples(addSample(samples, { atMs, left }));
  const ms = timeLeftMs(samples, { waiting: counts.waiting, rowsPerMinute });
  const words =
    ms === undefined
      ? t('batch.timeUnknown')
      : ms < 60_000
        ? t('batch.timeLeftSoon')
        : t('batch.timeLeft', { time: formatLong(ms, i18n.language) });
  return (
    <p data-testid="time-left" className="text-sm text-muted">
      {words}
    </p>
  );
}

function Draft({ batch }: { batch: BatchDetail }) {
  const { t, i18n } = useTranslation();
  return (
    <section aria-labelledby="draft" className="space-y-4 rounded-xl border border-line bg-raised p-5 shadow-card">
      <div>
        <p className="text-sm text-muted">{t('batch.notSent')}</p>
        <p className="font-medium">{batchCostText(batch.estimate, batch.rowCount, t, i18n.language)}</p>
      </div>
      <h2 id="draft" className="text-sm font-semibold">
        {t('batch.firstRows')}
      </h2>
      <ol className="space-y-3">
        {batch.preview.map(({ number, title, prompt }) => (
          <li key={number} className="border-l-2 border-line pl-3">
            <p className="font-serif font-semibold break-words">{title}</p>
            <p className="line-clamp-3 text-sm break-words text-muted">{prompt}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
