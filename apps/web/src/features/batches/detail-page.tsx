import { ApiError } from '@octavo/sdk';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { TypeIcon } from '../../components/type-icon.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { useTitle } from '../../lib/use-title.ts';
import { BatchBadge } from './badges.tsx';
import { BatchActions } from './batch-actions.tsx';
import { BatchFacts } from './batch-facts.tsx';
import { BatchProgress } from './batch-progress.tsx';
import { BatchRows } from './batch-rows.tsx';
import { batchQueries, useBatchEvents } from './queries.ts';

const route = getRouteApi('/app/batches/$id');

/** A batch as it goes on: how far it is, what it costs, every row, and what can be done about it. */
export function BatchPage() {
  const { t, i18n } = useTranslation();
  const { id } = route.useParams();
  const { page = 1, state } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery(batchQueries.one(id));
  const batch = found.data;
  useTitle(batch?.title ?? t('batch.title'));
  useBatchEvents();

  if (!batch) {
    const isMissing = found.error instanceof ApiError && [400, 404].includes(found.error.status);
    if (isMissing) {
      return (
        <Empty title={t('batch.missing')} text={t('batch.missingText')} isPage>
          <Link to="/batches" className={buttonClass()}>
            {t('batch.back')}
          </Link>
        </Empty>
      );
    }
    if (found.error) {
      return (
        <Notice tone="bad">
          <p>{errorMessage(found.error, t, i18n.language)}</p>
          <Button className="mt-2" onClick={() => void found.refetch()}>
            {t('error.tryAgain')}
          </Button>
        </Notice>
      );
    }
    return <div className="skeleton h-64 rounded-xl" aria-hidden="true" />;
  }
  return (
    <>
      <Link to="/batches" className="inline-flex min-h-9 items-center gap-1 text-sm text-muted hover:text-ink">
        <ChevronLeft size={16} aria-hidden="true" /> {t('batch.back')}
      </Link>
      <div className="mb-6 flex flex-wrap items-start justify-between gap-4">
        <div className="min-w-0">
          <PageTitle className="font-serif text-3xl font-semibold break-words">{batch.title}</PageTitle>
          <p className="mt-2 flex flex-wrap items-center gap-2 text-sm text-muted">
            <BatchBadge status={batch.status} />
            <TypeIcon type={batch.contentType} size={15} /> {t(`types.${batch.contentType}`)} ·{' '}
            {t('batch.rowCount', { count: batch.rowCount })}
          </p>
        </div>
        <BatchActions batch={batch} />
      </div>
      <div className="space-y-8">
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_18rem]">
          <BatchProgress key={batch.id} batch={batch} atMs={found.dataUpdatedAt} />
          <BatchFacts batch={batch} />
        </div>
        <BatchRows
          batch={batch}
          page={page}
          state={state}
          onShow={(search) => void navigate({ search, resetScroll: false })}
        />
      </div>
    </>
  );
}
