import { getRouteApi, Link } from '@tanstack/react-router';
import { Activity, KeyRound, MailPlus, MessagesSquare, ScrollText, Users, Wallet } from 'lucide-react';
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../components/empty.tsx';
import { useIsAdmin } from '../../lib/use-is-admin.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Problem } from './problem.tsx';
import { type Section, sections } from './sections.ts';

const route = getRouteApi('/app/admin/$section');

const pages: Record<Section, { Icon: typeof Users; Page: ComponentType }> = {
  users: { Icon: Users, Page: lazy(async () => ({ default: (await import('./users.tsx')).Users })) },
  invitations: {
    Icon: MailPlus,
    Page: lazy(async () => ({ default: (await import('./invitations.tsx')).Invitations })),
  },
  messages: { Icon: MessagesSquare, Page: lazy(async () => ({ default: (await import('./messages.tsx')).Messages })) },
  providers: { Icon: Activity, Page: lazy(async () => ({ default: (await import('./providers.tsx')).Providers })) },
  settings: { Icon: KeyRound, Page: lazy(async () => ({ default: (await import('./settings.tsx')).Settings })) },
  budgets: { Icon: Wallet, Page: lazy(async () => ({ default: (await import('./budgets.tsx')).ServerBudgets })) },
  audit: { Icon: ScrollText, Page: lazy(async () => ({ default: (await import('./audit.tsx')).AuditLog })) },
};

/** The pages for admins, beside the list of them. */
export function AdminPage() {
  const { t } = useTranslation();
  const { isAdmin, error } = useIsAdmin();
  const params = route.useParams();
  const section = sections.find((name) => name === params.section);
  useTitle(section && isAdmin ? t(`admin.sections.${section}`) : t('admin.title'));
  if (isAdmin === undefined) return error ? <Problem error={error} /> : <Skeleton />;
  if (!isAdmin) return <Empty isPage title={t('admin.onlyAdmins')} text={t('admin.onlyAdminsText')} />;
  if (!section) return <Empty isPage title={t('error.notFound')} text={t('error.notFoundText')} />;
  const { Page } = pages[section];
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-6 lg:grid-cols-[12rem_minmax(0,1fr)]">
      <Sections current={section} />
      <div className="min-w-0">
        <Suspense fallback={<Skeleton />}>
          <Page />
        </Suspense>
      </div>
    </div>
  );
}

function Sections({ current }: { current: Section }) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  // On a phone the list is wider than the page.
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current && link) list.current.scrollLeft = link.offsetLeft - 24;
  }, [current]);
  return (
    <nav aria-label={t('admin.title')} className="max-lg:-mx-4 max-lg:sm:-mx-6">
      <p className="mb-2 px-3 text-sm font-semibold text-muted max-lg:sr-only">{t('admin.title')}</p>
      <ul
        ref={list}
        className="relative flex gap-1 max-lg:overflow-x-auto max-lg:px-4 max-lg:py-1 max-lg:sm:px-6 lg:sticky lg:top-20 lg:flex-col"
      >
        {sections.map((section) => {
          const { Icon } = pages[section];
          return (
            <li key={section}>
              <Link
                to="/admin/$section"
                params={{ section }}
                aria-current={section === current ? 'page' : undefined}
                className="flex min-h-10 items-center gap-2.5 rounded-lg px-3 text-sm whitespace-nowrap text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink"
              >
                <Icon size={16} aria-hidden="true" /> {t(`admin.sections.${section}`)}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Skeleton() {
  return (
    <div aria-hidden="true" className="space-y-4">
      <div className="skeleton h-9 w-48" />
      <div className="skeleton h-64" />
    </div>
  );
}
