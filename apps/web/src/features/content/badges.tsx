import type { ContentView, GenerationStatus } from '@octavo/contracts';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '../../components/status-badge.tsx';

/** One word for how a piece stands: what is going on with it, or else whether it is a draft. */
export function Badge({
  content,
  status,
  hasOwnText = false,
}: {
  content: ContentView;
  status: GenerationStatus | null;
  hasOwnText?: boolean;
}) {
  const { t } = useTranslation();
  const isAttemptTold = status !== null && status !== 'completed' && !hasOwnText;
  return (
    <span data-testid="status" data-status={status ?? 'none'} className="inline-flex">
      {isAttemptTold && content.status === 'draft' ? (
        <StatusBadge status={status} />
      ) : (
        <span
          className={`rounded-full px-2.5 py-0.5 text-xs font-medium ${content.status === 'published' ? 'bg-good-soft text-good' : 'bg-sunken text-muted'}`}
        >
          {t(`state.${content.status}`)}
        </span>
      )}
    </span>
  );
}
