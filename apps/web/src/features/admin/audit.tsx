import type { AuditEntry, AuditPage } from '@octavo/contracts';
import { auditActions } from '@octavo/contracts/names';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { Info } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/form/field.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { formatDate } from '../../lib/format.ts';
import { PersonPicker } from './person-picker.tsx';
import { Problem } from './problem.tsx';
import { adminQueries } from './queries.ts';
import { auditDetail } from './parts/audit-detail.ts';
import { type Column, RecordTable } from './parts/record-table.tsx';
import { type AdminSearch } from './sections.ts';

const route = getRouteApi('/app/admin/$section');

/** Who did what, when, and from where. */
export function AuditLog() {
  const { t, i18n } = useTranslation();
  const search = route.useSearch();
  const log = useInfiniteQuery(adminQueries.audit(search));
  const [open, setOpen] = useState<AuditEntry>();
  const pages = log.data?.pages ?? [];
  const entries = pages.flatMap((page) => page.entries);
  const people = new Map(pages.flatMap((page) => page.people.map((person) => [person.id, person] as const)));
  const say = (entry: AuditEntry) => sentence(entry, people, t);

  const columns: [Column<AuditEntry>, ...Array<Column<AuditEntry>>] = [
    {
      head: t('admin.audit.what'),
      className: 'break-words',
      cell: (entry) => <What said={say(entry)} details={entry.details} />,
    },
    {
      head: t('admin.when'),
      className: 'whitespace-nowrap',
      cell: ({ at }) => <time dateTime={at}>{formatDate(at, i18n.language)}</time>,
    },
    {
      head: t('admin.audit.from'),
      cell: ({ ip }) => (
        // The long ones, of IPv6, may break.
        <span className={ip?.includes(':') ? 'inline-block min-w-36 break-all' : 'whitespace-nowrap'}>
          {ip ?? t('admin.audit.unknown')}
        </span>
      ),
    },
    {
      head: t('admin.audit.details'),
      isBare: true,
      cell: (entry) => (
        <button
          type="button"
          className="rounded-lg p-2.5 text-muted hover:bg-sunken hover:text-ink"
          aria-label={t('admin.audit.detailsOf', { what: say(entry) })}
          onClick={() => setOpen(entry)}
        >
          <Info size={18} aria-hidden="true" />
        </button>
      ),
    },
  ];
  return (
    <>
      <PageTitle className="mb-2 font-serif text-3xl font-semibold">{t('admin.sections.audit')}</PageTitle>
      <p className="mb-5 max-w-2xl text-muted">{t('admin.audit.text')}</p>
      <Filters search={search} />
      <p role="status" className="my-4 text-sm text-muted">
        {log.isSuccess &&
          !log.isPlaceholderData &&
          (entries.length === 0
            ? t('admin.audit.none')
            : t(log.hasNextPage ? 'admin.audit.shownOfMore' : 'admin.audit.shown', { count: entries.length }))}
      </p>
      <Problem error={log.error} />
      {log.isPending && <div className="skeleton h-64" aria-hidden="true" />}
      {entries.length > 0 && <RecordTable label={t('admin.sections.audit')} columns={columns} rows={entries} />}
      {log.hasNextPage && (
        <Button className="mt-4" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('admin.audit.older')}
        </Button>
      )}
      {open && <Details entry={open} people={people} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function What({ said, details }: { said: string; details: AuditEntry['details'] }) {
  const { t, i18n } = useTranslation();
  const more = Object.entries(details).map(([key, given]) => {
    const { name, value } = auditDetail(key, given, t, i18n.language);
    return `${name}: ${value}`;
  });
  return (
    <>
      <span className="font-medium md:font-normal">{said}</span>
      {more.length > 0 && <span className="block text-muted">{more.join(' · ')}</span>}
    </>
  );
}

type People = ReadonlyMap<string, AuditPage['people'][number]>;

/** About whom it was, what happened, and who did it where that was somebody else. */
function sentence({ action, actorId, subjectId }: AuditEntry, people: People, t: TFunction): string {
  const id = subjectId ?? actorId;
  if (id === null && action === 'login.failed') return t('admin.audit.failedUnknown');
  const nameOf = (one: string | null) =>
    one === null ? t('admin.audit.somebody') : (people.get(one)?.name ?? t('admin.audit.gone'));
  const said = t(`admin.audit.said.${action}`, { person: nameOf(id) });
  return actorId === null || actorId === id ? said : t('admin.audit.by', { said, actor: nameOf(actorId) });
}

function Filters({ search }: { search: AdminSearch }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  function change(part: Partial<Record<keyof AdminSearch, string>>): void {
    const next = Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value !== ''));
    void navigate({ to: '/admin/$section', params: { section: 'audit' }, search: next, replace: true });
  }
  const { action = '', person = '', from = '', to = '' } = search;
  return (
    <form
      aria-label={t('admin.audit.filter')}
      className="grid grid-cols-2 items-end gap-4 max-sm:*:nth-[-n+2]:col-span-2 xl:grid-cols-[1fr_1fr_10rem_10rem_auto]"
      onSubmit={(event) => event.preventDefault()}
    >
      <Field label={t('admin.audit.what')}>
        {(control) => (
          <select
            {...control}
            className={`${control.className} select pr-9`}
            value={action}
            onChange={(event) => change({ action: event.target.value })}
          >
            <option value="">{t('admin.audit.everything')}</option>
            {auditActions.map((name) => (
              <option key={name} value={name}>
                {t(`admin.audit.action.${name}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <PersonPicker
        label={t('admin.audit.who')}
        everybody={t('admin.audit.everybody')}
        value={person}
        onChange={(id) => change({ person: id })}
      />
      {(['from', 'to'] as const).map((name) => (
        <Field key={name} label={t(`admin.audit.${name === 'from' ? 'fromDay' : 'toDay'}`)}>
          {(control) => (
            <input
              {...control}
              type="date"
              value={name === 'from' ? from : to}
              onChange={(event) => change({ [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      {Object.keys(search).length > 0 && (
        <Link
          to="/admin/$section"
          params={{ section: 'audit' }}
          replace
          className={buttonClass('quiet', 'min-h-11 sm:justify-self-start')}
        >
          {t('admin.audit.clear')}
        </Link>
      )}
    </form>
  );
}

function Details({ entry, people, onClose }: { entry: AuditEntry; people: People; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const person = (id: string | null) => {
    if (id === null) return t('admin.audit.nobody');
    const known = people.get(id);
    return known ? `${known.name} (${known.address})` : `${t('admin.audit.gone')} (${id})`;
  };
  const rows: Array<[string, string]> = [
    [t('admin.when'), `${formatDate(entry.at, i18n.language)} (${entry.at})`],
    [t('admin.audit.actor'), person(entry.actorId)],
    [t('admin.audit.subject'), person(entry.subjectId)],
    [t('admin.audit.from'), entry.ip ?? t('admin.audit.unknown')],
    [t('admin.audit.device'), entry.userAgent ?? t('admin.audit.unknown')],
    [t('admin.audit.request'), entry.requestId ?? t('admin.audit.unknown')],
    ...Object.entries(entry.details).map(([key, given]): [string, string] => {
      const { name, value } = auditDetail(key, given, t, i18n.language);
      return [name, value];
    }),
  ];
  return (
    <Dialog title={sentence(entry, people, t)} onClose={onClose}>
      <dl className="space-y-3 text-sm">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
