import type { BatchDetail, BatchRowState, BatchRowView } from '@octavo/contracts';
import { fillTemplate } from '@octavo/contracts/fill-template';
import { batchRowStates } from '@octavo/contracts/names';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { formatMoney, formatNumber } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { reasonText } from '../generations/reasons.ts';
import { RowBadge } from './badges.tsx';
import { Pager } from './pager.tsx';
import { batchQueries } from './queries.ts';

const pageSize = 50;

/** The rows, fifty at a time, of all states or of one. */
export function BatchRows({
  batch,
  page,
  state,
  onShow,
}: {
  batch: BatchDetail;
  page: number;
  state: BatchRowState | undefined;
  onShow: (search: { page?: number; state?: BatchRowState }) => void;
}) {
  const { t, i18n } = useTranslation();
  const { id, counts, status } = batch;
  const rows = useQuery(
    batchQueries.rows(id, { page, limit: pageSize, ...(state && { state }) }, JSON.stringify([status, counts])),
  );
  const states = [undefined, ...batchRowStates.filter((name) => counts[name] > 0 || name === state)];
  const head = 'px-3 py-2 font-medium';
  return (
    <section aria-labelledby="rows">
      <h2 id="rows" className="mb-3 text-xl font-semibold">
        {t('batch.rows')}
      </h2>
      <div role="group" aria-label={t('batch.filter')} className="mb-3 flex flex-wrap gap-2">
        {states.map((name) => (
          <button
            key={name ?? 'all'}
            type="button"
            aria-pressed={name === state}
            className="min-h-9 rounded-lg border border-line bg-raised px-3 text-sm hover:border-muted aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium"
            onClick={() => onShow(name ? { state: name } : {})}
          >
            {name ? t(`batch.state.${name}`) : t('batch.all')}{' '}
            <span className="tabular-nums">{formatNumber(name ? counts[name] : batch.rowCount, i18n.language)}</span>
          </button>
        ))}
      </div>
      {rows.isError && <Notice tone="bad">{errorMessage(rows.error, t, i18n.language)}</Notice>}
      {rows.isPending && <div className="skeleton h-40 rounded-xl" aria-hidden="true" />}
      {rows.data && rows.data.rows.length === 0 && <p className="text-sm text-muted">{t('batch.noRowsHere')}</p>}
      {rows.data && rows.data.rows.length > 0 && (
        <div className="overflow-hidden rounded-xl border border-line bg-raised shadow-card">
          <table className="w-full text-sm">
            <thead>
              <tr className="border-b border-line text-left text-muted">
                <th scope="col" className={`${head} w-12`}>
                  {t('batch.table.number')}
                </th>
                <th scope="col" className={`${head} w-full`}>
                  {t('batch.piece')}
                </th>
                <th scope="col" className={head}>
                  {t('batch.stateHead')}
                </th>
                <th scope="col" className={`${head} text-right max-sm:hidden`}>
                  {t('batch.cost')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.data.rows.map((row) => (
                <Row key={row.number} row={row} template={batch.template.title} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager
        page={page}
        total={rows.data?.pagination.totalPages ?? 1}
        onPage={(next) => onShow({ page: next, ...(state && { state }) })}
      />
    </section>
  );
}

function Row({ row, template }: { row: BatchRowView; template: string }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const reason = reasonText({ code: row.errorCode, reason: row.error }, t, language);
  const title = row.title ?? fillTemplate(template, row.values);
  // The id of its content is known before there is one.
  const isThere = row.contentId !== null && row.title !== null;
  const cost = row.costMicroUsd === null ? '' : formatMoney(row.costMicroUsd, language);
  return (
    <tr className="border-b border-line align-top last:border-0">
      <td className="px-3 py-2.5 text-muted tabular-nums">{row.number}</td>
      <th scope="row" className="max-w-0 px-3 py-2.5 text-left font-normal">
        {isThere ? (
          <Link
            to="/content/$id"
            params={{ id: row.contentId ?? '' }}
            className="block truncate font-medium underline-offset-4 hover:underline"
          >
            {title}
          </Link>
        ) : (
          <span className="block truncate">
            {title}
            {row.generationId !== null && <span className="text-muted"> ({t('batch.gone')})</span>}
          </span>
        )}
        {row.state === 'failed' && reason !== undefined && (
          <span className="mt-0.5 block break-words text-bad">{reason}</span>
        )}
        {cost !== '' && <span className="mt-0.5 block text-muted tabular-nums sm:hidden">{cost}</span>}
      </th>
      <td className="px-3 py-2.5">
        <RowBadge state={row.state} />
      </td>
      <td className="px-3 py-2.5 text-right text-muted tabular-nums max-sm:hidden">{cost}</td>
    </tr>
  );
}
