import { contentTypeNames } from '@octavo/contracts/names';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight, Plus } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/page-title.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { onGenerationChange } from '../../lib/socket.ts';
import { useTitle } from '../../lib/use-title.ts';
import { freshForMs } from '../media/queries.ts';
import { Card } from './card.tsx';
import { contentQueries } from './queries.ts';
import { SearchField } from './search-field.tsx';

/** What a piece can be, in one word: as it is published, or as its last attempt stands. */
const states = ['draft', 'published', 'pending', 'processing', 'failed', 'cancelled'] as const;
const pageSize = 12;
const route = getRouteApi('/app/');

/** Everything somebody has written or had written, newest first. Filters stand in the address. */
export function LibraryPage() {
  const { t } = useTranslation();
  const { page = 1, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    ...contentQueries.list({ ...filters, page, limit: pageSize, text: 'excerpt' }),
    refetchInterval: freshForMs,
  });
  useTitle(t('library.title'));
  useRefreshOnEvents();

  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const total = list.data?.pagination.total ?? 0;
  const totalPages = list.data?.pagination.totalPages ?? 1;
  const isExact = list.data?.pagination.isTotalExact ?? true;
  const pageText = t(isExact ? 'library.page' : 'library.pageOfMore', { page, total: totalPages });

  return (
    <>
      <div className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <div>
          <PageTitle className="font-serif text-3xl font-semibold">{t('library.title')}</PageTitle>
          <p className="mt-1 min-h-5 text-sm text-muted" role="status">
            {list.data ? t(isExact ? 'library.count' : 'library.countMore', { count: total }) : ''}
          </p>
        </div>
        {(total > 0 || isFiltered) && (
          <div className="grid w-full grid-cols-2 gap-2 sm:flex sm:w-auto">
            <SearchField
              value={filters.q ?? ''}
              onChange={(q) =>
                void navigate({ search: { ...filters, q: q || undefined }, replace: filters.q !== undefined })
              }
            />
            <Choice
              label={t('library.filterKind')}
              value={filters.contentType ?? ''}
              options={[
                ['', t('library.allKinds')],
                ...contentTypeNames.map((name): [string, string] => [name, t(`types.${name}`)]),
              ]}
              onChange={(contentType) =>
                void navigate({ search: { ...filters, contentType: (contentType || undefined) as never } })
              }
            />
            <Choice
              label={t('library.filterState')}
              value={filters.status ?? filters.generationStatus ?? ''}
              options={[
                ['', t('library.allStates')],
                ...states.map((name): [string, string] => [name, t(`state.${name}`)]),
              ]}
              onChange={(state) => {
                const { q, contentType } = filters;
                const isPublication = state === 'draft' || state === 'published';
                void navigate({
                  search: {
                    q,
                    contentType,
                    ...(state !== '' && (isPublication ? { status: state } : { generationStatus: state })),
                  } as never,
                });
              }}
            />
          </div>
        )}
      </div>

      {list.isError && (
        <Notice tone="bad" title={t('library.failed')}>
          <p>{errorMessage(list.error, t)}</p>
          <Button className="mt-2" onClick={() => void list.refetch()}>
            {t('error.tryAgain')}
          </Button>
        </Notice>
      )}
      {list.isPending && <Skeleton />}
      {list.data && total === 0 && !isFiltered && (
        <Empty title={t('library.empty')} text={t('library.emptyText')}>
          <Link to="/new" className={buttonClass('primary')}>
            <Plus size={17} aria-hidden="true" /> {t('nav.create')}
          </Link>
        </Empty>
      )}
      {list.data && total === 0 && isFiltered && (
        <Empty title={t('library.noMatch')} text={t('library.noMatchText')}>
          <Link to="/" className={buttonClass()}>
            {t('library.clear')}
          </Link>
        </Empty>
      )}
      {list.data && total > 0 && (
        <ul className={`grid gap-4 sm:grid-cols-2 lg:grid-cols-3 ${list.isPlaceholderData ? 'opacity-60' : ''}`}>
          {list.data.contents.map((content) => (
            <Card key={content.id} content={content} />
          ))}
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

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: Array<[string, string]>;
  onChange: (value: string) => void;
}) {
  return (
    <label className="min-w-0 text-sm">
      <span className="sr-only">{label}</span>
      <select
        className="select min-h-10 w-full truncate rounded-lg border border-line bg-raised pr-9 pl-3 text-sm hover:border-muted"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
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
