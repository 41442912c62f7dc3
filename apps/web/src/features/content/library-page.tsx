import type { ContentView } from '@octavo/contracts';
import { writtenTypeNames, generationStatuses } from '@octavo/contracts/names';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight, Plus } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { TypeIcon } from '../../components/type-icon.tsx';
import { excerpt, formatDate } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { socket } from '../../lib/socket.ts';
import { useTitle } from '../../lib/use-title.ts';
import { contentQueries } from './queries.ts';

const pageSize = 12;
const route = getRouteApi('/app/');

/** Everything somebody has written or had written, newest first. Filters stand in the address. */
export function LibraryPage() {
  const { t } = useTranslation();
  const { page = 1, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(contentQueries.list({ ...filters, page, limit: pageSize }));
  useTitle(t('library.title'));
  useRefreshOnEvents();

  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const total = list.data?.pagination.total ?? 0;
  const totalPages = list.data?.pagination.totalPages ?? 1;

  function filter(name: keyof typeof filters, label: string, all: string, options: Array<[string, string]>) {
    return (
      <label className="text-sm">
        <span className="sr-only">{label}</span>
        <select
          className="min-h-10 rounded-lg border border-line bg-raised px-3 text-sm hover:border-muted"
          value={filters[name] ?? ''}
          onChange={(event) =>
            void navigate({ search: { ...filters, [name]: event.target.value || undefined } as never })
          }
        >
          <option value="">{all}</option>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
    );
  }

  return (
    <>
      <div className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="font-serif text-3xl font-semibold">{t('library.title')}</h1>
          <p className="mt-1 min-h-5 text-sm text-muted" role="status">
            {list.data ? t('library.count', { count: total }) : ''}
          </p>
        </div>
        {(total > 0 || isFiltered) && (
          <div className="flex flex-wrap gap-2">
            {filter(
              'contentType',
              t('library.filterType'),
              t('library.allTypes'),
              writtenTypeNames.map((name) => [name, t(`types.${name}`)]),
            )}
            {filter('status', t('library.filterStatus'), t('library.allStates'), [
              ['draft', t('state.draft')],
              ['published', t('state.published')],
            ])}
            {filter(
              'generationStatus',
              t('library.filterProgress'),
              t('library.anyProgress'),
              generationStatuses.map((name) => [name, t(`state.${name}`)]),
            )}
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
        <nav
          className="mt-8 flex items-center justify-center gap-3"
          aria-label={t('library.page', { page, total: totalPages })}
        >
          <Button
            aria-label={t('library.previous')}
            disabled={page <= 1}
            onClick={() => void navigate({ search: { ...filters, page: page - 1 } })}
          >
            <ChevronLeft size={17} aria-hidden="true" />
          </Button>
          <span className="text-sm text-muted">{t('library.page', { page, total: totalPages })}</span>
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

function Card({ content }: { content: ContentView }) {
  const { t, i18n } = useTranslation();
  const text = excerpt(content.generatedText);
  return (
    <li className="group relative flex flex-col rounded-xl border border-line bg-raised p-5 shadow-card transition-colors hover:border-muted">
      <div className="mb-3 flex items-center gap-2 text-xs text-muted">
        <TypeIcon type={content.contentType} size={15} />
        <span>{t(`types.${content.contentType}`)}</span>
        <span className="ml-auto">
          {content.generationStatus === 'completed' || content.generationStatus === null ? (
            <span
              className={`rounded-full px-2.5 py-0.5 font-medium ${content.status === 'published' ? 'bg-good-soft text-good' : 'bg-sunken text-muted'}`}
            >
              {t(`state.${content.status}`)}
            </span>
          ) : (
            <StatusBadge status={content.generationStatus} />
          )}
        </span>
      </div>
      <h2 className="font-serif text-lg leading-snug font-semibold break-words">
        <Link to="/content/$id" params={{ id: content.id }} className="after:absolute after:inset-0 after:rounded-xl">
          {content.title}
        </Link>
      </h2>
      <div className="mt-2 flex-1">
        <p className="line-clamp-3 font-serif text-[0.95rem] leading-relaxed text-muted">
          {text || content.failureReason || t('library.noText')}
        </p>
      </div>
      <p className="mt-4 text-xs text-muted">{formatDate(content.createdAt, i18n.language)}</p>
    </li>
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
    const refresh = (event?: { type: string }): void => {
      if (event?.type === 'delta') return;
      clearTimeout(timer);
      timer = setTimeout(() => void queries.invalidateQueries({ queryKey: contentQueries.all }), 150);
    };
    const onResync = (): void => refresh();
    socket.on('generation:event', refresh);
    socket.on('generation:resync', onResync);
    socket.on('connect', onResync);
    return () => {
      clearTimeout(timer);
      socket.off('generation:event', refresh);
      socket.off('generation:resync', onResync);
      socket.off('connect', onResync);
    };
  }, [queries]);
}
