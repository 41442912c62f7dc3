import type { BatchRowState, BatchStatus, BatchView } from '@octavo/contracts';
import { useTranslation } from 'react-i18next';

const badge = 'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap';
const statusTones: Record<BatchStatus, string> = {
  draft: 'bg-sunken text-muted',
  running: 'bg-busy-soft text-busy',
  paused: 'bg-busy-soft text-busy',
  completed: 'bg-good-soft text-good',
  cancelled: 'bg-sunken text-muted',
};
const stateTones: Record<BatchRowState, string> = {
  waiting: 'bg-sunken text-muted',
  pending: 'bg-busy-soft text-busy',
  processing: 'bg-busy-soft text-busy',
  completed: 'bg-good-soft text-good',
  failed: 'bg-bad-soft text-bad',
  cancelled: 'bg-sunken text-muted',
};

export function BatchBadge({ status }: { status: BatchStatus }) {
  const { t } = useTranslation();
  return (
    <span data-testid="batch-status" data-status={status} className={`${badge} ${statusTones[status]}`}>
      {status === 'running' && <span className="size-1.5 animate-pulse rounded-full bg-current" aria-hidden="true" />}
      {t(`batch.status.${status}`)}
    </span>
  );
}

export function RowBadge({ state }: { state: BatchRowState }) {
  const { t } = useTranslation();
  return <span className={`${badge} ${stateTones[state]}`}>{t(`batch.state.${state}`)}</span>;
}

/** How much is done, failed, stopped and under way, as parts of one bar. */
export function BatchBar({ batch: { title, counts, rowCount } }: { batch: BatchView }) {
  const { t } = useTranslation();
  const parts = [
    ['bg-good', counts.completed],
    ['bg-bad', counts.failed],
    ['bg-muted', counts.cancelled],
    ['bg-busy', counts.pending + counts.processing],
  ] as const;
  return (
    <div
      role="progressbar"
      aria-label={title}
      aria-valuemin={0}
      aria-valuemax={rowCount}
      aria-valuenow={counts.completed}
      aria-valuetext={t('batch.progressOf', { done: counts.completed, total: rowCount })}
      className="flex h-2.5 overflow-hidden rounded-full bg-line"
    >
      {parts.map(([tone, count]) =>
        count > 0 ? (
          <div
            key={tone}
            className={`${tone} transition-[width] duration-500`}
            style={{ width: `${(count / rowCount) * 100}%` }}
          />
        ) : null,
      )}
    </div>
  );
}
