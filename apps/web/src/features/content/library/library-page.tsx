import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, ChevronLeft, ChevronRight, Plus } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../../components/button.tsx';
import { Empty } from '../../../components/empty.tsx';
import { Notice } from '../../../components/notice.tsx';
import { PageTitle } from '../../../components/shell/page-title.tsx';
import { errorMessage } from '../../../lib/messages.ts';
import { onGenerationChange } from '../../../lib/socket.ts';
import { useTitle } from '../../../lib/use-title.ts';
import { freshForMs } from '../../media/queries.ts';
import { contentQueries } from '../queries.ts';
import { Card } from './card.tsx';
import { DeletedCard } from './deleted-card.tsx';
import { Filters } from './filters.tsx';

const pageSize = 12;
const route = getRouteApi('/app/');

/** Everything somebody has written or had written, newest first, or what they deleted. Filters stand in the address. */
export function LibraryPage() {
  const { t } = useTranslation();
  const { page = 1, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    ...contentQueries.list({ ...filters, page, limit: pageSize, text: 'excerpt' }),
    refetchInterval: freshForMs,
  });
  const isDeleted = filters.deleted === 'only';
  useTitle(t(isDeleted ? 'deleted.title' : 'library.title'));
  useRefreshOnEvents();
  const top = useRef<HTMLDivElement>(null);

  const { deleted: _, ...narrowing } = filters;
  const isNarrowed = Object.values(narrowing).some((value) => value !== undefined);
  const total = list.data?.pagination.total ?? 0;
  const totalPages = list.data?.pagination.totalPages ?? 1;
  const isExact = list.data?.pagination.isTotalExact ?? true;
  const pageText = t(isExact ? 'library.page' : 'library.pageOfMore', { page, total: totalPages });
  // The last piece of the last page was restored or deleted: what is left begins before it.
  const lastPage = Math.max(1, totalPages);
  const isBeyond = list.isSuccess && !list.isPlaceholderData && page > lastPage;
  useEffect(() => {
    if (isBeyond) void navigate({ search: (now) => ({ ...now, page: lastPage }), replace: true });
  }, [isBeyond, lastPage, navigate]);

  return (
    <>
      {isDeleted && (
        <Link to="/" className="mb-5 inline-flex items-center gap-1.5 rounded-md text-sm text-muted hover:text-ink">
          <ArrowLeft size={16} aria-hidden="true" /> {t('detail.back')}
        </Link>
      )}
      <div ref={top} className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <div>
          <PageTitle key={String(isDeleted)} className="font-serif text-3xl font-semibold">
            {t(isDeleted ? 'deleted.title' : 'library.title')}
          </PageTitle>
          <p className="mt-1 min-h-5 text-sm text-muted" role="status">
            {list.data ? t(isExact ? 'library.count' : 'library.countMore', { count: total }) : ''}
          </p>
        </div>
        {(total > 0 || isNarrowed || isDeleted) && (
          <Filters
            filters={filters}
            onChange={(search, isTyping = false) => void navigate({ search, replace: isTyping })}
          />
        )}
      </div>
      {isDeleted && total > 0 && <p className="mb-6 max-w-prose text-sm text-muted">{t('deleted.kept')}</p>}

      {list.isError && (
        <Notice tone="bad" title={t('library.failed')}>
          <p>{errorMessage(list.error, t)}</p>
          <Button className="mt-2" onClick={() => void list.refetch()}>
            {t('error.tryAgain')}
          </Button>
        </Notice>
      )}
      {list.isPending && <Skeleton />}
      {list.data && !list.isPlaceholderData && total === 0 && <Nothing isDeleted={isDeleted} isNarrowed={isNarrowed} />}
      {list.data && total > 0 && (
        <ul className={`grid gap-4 sm:grid-cols-2 lg:grid-cols-3 ${list.isPlaceholderData ? 'opacity-60' : ''}`}>
          {list.data.contents.map((content) =>
            content.deletedAt === null ? (
              <Card key={content.id} content={content} />
            ) : (
              <DeletedCard key={content.id} content={content} focusAfter={() => top.current?.querySelector('h1')} />
            ),
          )}
        </ul>
      )}

      {totalPages > 1 && (
        <nav className="mt-8 flex items-center justify-center gap-3" aria-label={pageText}>
          <Button
            aria-label={t('library.previous')}
            disabled={page <= 1}
            onClick={() => void navigate({ search: { ...filters, page: page - 1 } })}
          >
            <ChevronLeft size={17} aria-hidden="true" />
          </Button>
          <span className="text-sm text-muted">{pageText}</span>
          <Button
            aria-label={t('library.next')}
            disabled={page >= totalPages}
            onClick={() => void navigate({ search: { ...filters, page: page + 1 } })}
          >
            <ChevronRight size={17} aria-hidden="true" />
          </Button>
        </nav>
      )}
    </>
  );
}

function Nothing({ isDeleted, isNarrowed }: { isDeleted: boolean; isNarrowed: boolean }) {
  const { t } = useTranslation();
  const isEmpty = !isDeleted && !isNarrowed;
  const deleted = useQuery({
    ...contentQueries.list({ deleted: 'only', limit: 1, text: 'excerpt' }),
    enabled: isEmpty,
  });
  if (isNarrowed)
    return (
      <Empty title={t('library.noMatch')} text={t('library.noMatchText')}>
        <Link to="/" search={isDeleted ? { deleted: 'only' } : {}} className={buttonClass()}>
          {t('library.clear')}
        </Link>
      </Empty>
    );
  if (isDeleted)
    return (
      <Empty title={t('deleted.empty')} text={t('deleted.emptyText')}>
        <Link to="/" className={buttonClass()}>
          {t('detail.back')}
        </Link>
      </Empty>
    );
  return (
    <Empty title={t('library.empty')} text={t('library.emptyText')}>
      <Link to="/new" className={buttonClass('primary')}>
        <Plus size={17} aria-hidden="true" /> {t('nav.create')}
      </Link>
      {(deleted.data?.pagination.total ?? 0) > 0 && (
        <Link to="/" search={{ deleted: 'only' }} className={buttonClass('quiet')}>
          {t('deleted.see', { count: deleted.data?.pagination.total ?? 0 })}
        </Link>
      )}
    </Empty>
  );
}

function Skeleton() {
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3" aria-hidden="true">
      {Array.from({ length: 6 }, (_, index) => (
        <div key={index} className="rounded-xl border border-line bg-raised p-5">
          <div className="skeleton mb-4 h-3.5 w-24" />
          <div className="skeleton mb-3 h-5 w-4/5" />
          <div className="skeleton mb-2 h-3.5" />
          <div className="skeleton mb-2 h-3.5" />
          <div className="skeleton h-3.5 w-2/3" />
        </div>
      ))}
    </div>
  );
}

/** What begins or ends elsewhere (another tab, a program) shows here without a reload. */
function useRefreshOnEvents(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onGenerationChange(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: contentQueries.all }), 150);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [queries]);
}
