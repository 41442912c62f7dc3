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

/** How much is done, failed and stopped, and paler what is being worked on; the rest of the bar is empty. */
export function BatchBar({ batch: { title, counts, rowCount } }: { batch: BatchView }) {
  const { t } = useTranslation();
  const parts = [
    ['completed', 'bg-good'],
    ['failed', 'bg-bad'],
    ['cancelled', 'bg-muted'],
    ['processing', 'bg-busy/35'],
  ] as const;
  return (
    <div
      role="progressbar"
      aria-label={title}
      aria-valuemin={0}
      aria-valuemax={rowCount}
      aria-valuenow={counts.completed}
      aria-valuetext={t('batch.progressOf', { done: counts.completed, total: rowCount })}
      className="flex h-2.5 overflow-hidden rounded-full bg-sunken inset-ring inset-ring-line"
    >
      {parts.map(([state, tone]) =>
        counts[state] > 0 ? (
          <div
            key={state}
            data-state={state}
            className={`${tone} transition-[width] duration-500`}
            style={{ width: `${(counts[state] / rowCount) * 100}%` }}
          />
        ) : null,
      )}
    </div>
  );
}
