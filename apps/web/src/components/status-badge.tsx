import type { GenerationStatus } from '@octavo/contracts';
import { useTranslation } from 'react-i18next';

const tones: Record<GenerationStatus, string> = {
  pending: 'bg-busy-soft text-busy',
  processing: 'bg-busy-soft text-busy',
  completed: 'bg-good-soft text-good',
  failed: 'bg-bad-soft text-bad',
  cancelled: 'bg-sunken text-muted',
};

export function StatusBadge({ status }: { status: GenerationStatus }) {
  const { t } = useTranslation();
  const isBusy = status === 'pending' || status === 'processing';
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium ${tones[status]}`}
    >
      {isBusy && <span className="size-1.5 animate-pulse rounded-full bg-current" aria-hidden="true" />}
      {t(`state.${status}`)}
    </span>
  );
}
