import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';

export function Pager({ page, total, onPage }: { page: number; total: number; onPage: (page: number) => void }) {
  const { t } = useTranslation();
  if (total <= 1) return null;
  const words = t('library.page', { page, total });
  return (
    <nav className="mt-6 flex items-center justify-center gap-3" aria-label={words}>
      <Button aria-label={t('library.previous')} disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <ChevronLeft size={17} aria-hidden="true" />
      </Button>
      <span className="text-sm text-muted">{words}</span>
      <Button aria-label={t('library.next')} disabled={page >= total} onClick={() => onPage(page + 1)}>
        <ChevronRight size={17} aria-hidden="true" />
      </Button>
    </nav>
  );
}
