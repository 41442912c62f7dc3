import type { BatchView } from '@octavo/contracts';
import { maxBatchRows } from '@octavo/contracts/names';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { TypeIcon } from '../../components/type-icon.tsx';
import { formatDay } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { fileName, saveFile } from '../../lib/save-file.ts';
import { useTitle } from '../../lib/use-title.ts';
import { BatchBadge, BatchBar } from './badges.tsx';
import { Pager } from './pager.tsx';
import { batchQueries, useBatchEvents } from './queries.ts';

const route = getRouteApi('/app/batches');

/** All batches, newest first, with how far each has come. */
export function BatchesPage() {
  const { t, i18n } = useTranslation();
  const { page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(batchQueries.list(page));
  useTitle(t('batch.title'));
  useBatchEvents();
  const total = list.data?.pagination.total ?? 0;

  return (
    <>
      <div className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <div>
          <PageTitle className="font-serif text-3xl font-semibold">{t('batch.title')}</PageTitle>
          <p className="mt-1 text-sm text-muted">{t('batch.listText')}</p>
        </div>
        {total > 0 && (
          <Link to="/batches/new" className={buttonClass('primary')}>
            <Plus size={17} aria-hidden="true" /> {t('batch.newTitle')}
          </Link>
        )}
      </div>
      {list.isError && (
        <Notice tone="bad" title={t('batch.loadFailed')}>
          <p>{errorMessage(list.error, t, i18n.language)}</p>
          <Button className="mt-2" onClick={() => void list.refetch()}>
            {t('error.tryAgain')}
          </Button>
        </Notice>
      )}
      {list.isPending && (
        <div className="space-y-4" aria-hidden="true">
          {Array.from({ length: 3 }, (_, at) => (
            <div key={at} className="skeleton h-28 rounded-xl" />
          ))}
        </div>
      )}
      {list.data && total === 0 && (
        <Empty title={t('batch.empty')} text={t('batch.emptyText', { max: maxBatchRows })}>
          <div className="flex flex-wrap justify-center gap-3">
            <Link to="/batches/new" className={buttonClass('primary')}>
              <Plus size={17} aria-hidden="true" /> {t('batch.newTitle')}
            </Link>
            <Link to="/batches/new" search={{ example: true }} className={buttonClass()}>
              {t('batch.tryExample')}
            </Link>
          </div>
          <Button
            look="quiet"
            onClick={() =>
              saveFile(fileName(t('batch.exampleName'), 'csv'), new Blob([t('batch.exampleCsv')], { type: 'text/csv' }))
            }
          >
            <Download size={16} aria-hidden="true" /> {t('batch.downloadExample')}
          </Button>
        </Empty>
      )}
      <ul className={`space-y-4 ${list.isPlaceholderData ? 'opacity-60' : ''}`}>
        {list.data?.batches.map((batch) => (
          <Item key={batch.id} batch={batch} />
        ))}
      </ul>
      <Pager
        page={page}
        total={list.data?.pagination.totalPages ?? 1}
        onPage={(next) => void navigate({ search: { page: next } })}
      />
    </>
  );
}

function Item({ batch }: { batch: BatchView }) {
  const { t, i18n } = useTranslation();
  const { title, contentType, status, counts, rowCount, createdAt } = batch;
  return (
    <li className="relative rounded-xl border border-line bg-raised p-5 shadow-card hover:border-muted">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="min-w-0 font-serif text-lg font-semibold break-words">
          <Link to="/batches/$id" params={{ id: batch.id }} className="after:absolute after:inset-0 after:rounded-xl">
            {title}
          </Link>
        </h2>
        <BatchBadge status={status} />
      </div>
      <p className="mt-1 flex flex-wrap items-center gap-x-2 text-sm text-muted">
        <TypeIcon type={contentType} size={15} /> {t(`types.${contentType}`)} ·{' '}
        {t('batch.rowCount', { count: rowCount })} · {formatDay(createdAt, i18n.language)}
      </p>
      {status !== 'draft' && (
        <div className="mt-3">
          <BatchBar batch={batch} />
          <p className="mt-1.5 text-sm text-muted">
            {t('batch.progressOf', { done: counts.completed, total: rowCount })}
            {counts.failed > 0 && (
              <span className="text-bad"> · {t('batch.failedCount', { count: counts.failed })}</span>
            )}
          </p>
        </div>
      )}
    </li>
  );
}
