import { Link, useParams } from '@tanstack/react-router';
import { Database, KeySquare, ShieldCheck, UserRound } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { useTitle } from '../../lib/use-title.ts';

const sections = {
  profile: { Icon: UserRound, Body: lazy(async () => ({ default: (await import('./profile.tsx')).Profile })) },
  security: {
    Icon: ShieldCheck,
    Body: lazy(async () => ({ default: (await import('../security/security.tsx')).Security })),
  },
  keys: { Icon: KeySquare, Body: lazy(async () => ({ default: (await import('../keys/api-keys.tsx')).ApiKeys })) },
  data: { Icon: Database, Body: lazy(async () => ({ default: (await import('./own-data.tsx')).OwnData })) },
} as const;
type Section = keyof typeof sections;
const names = Object.keys(sections) as Section[];

/** What people see and change of their own account, in four parts. */
export function AccountPage() {
  const { t } = useTranslation();
  const { section } = useParams({ strict: false });
  const shown = names.find((name) => name === section) ?? 'profile';
  const { Body } = sections[shown];
  const list = useRef<HTMLElement>(null);
  // On a phone the list may be wider than the page.
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current && link) list.current.scrollLeft = link.offsetLeft - 24;
  }, [shown]);
  useTitle(`${t(`account.sections.${shown}`)} · ${t('account.title')}`);
  return (
    <>
      <PageTitle className="mb-6 font-serif text-3xl font-semibold">{t('account.title')}</PageTitle>
      <div className="gap-10 md:grid md:grid-cols-[12rem_minmax(0,1fr)]">
        <nav
          aria-label={t('account.title')}
          ref={list}
          className="relative -mx-4 mb-8 flex gap-1 overflow-x-auto px-4 py-1 sm:-mx-6 sm:px-6 md:mx-0 md:flex-col md:overflow-visible md:p-0"
        >
          {names.map((name) => {
            const { Icon } = sections[name];
            return (
              <Link
                key={name}
                to="/account/{-$section}"
                params={{ section: name === 'profile' ? undefined : name }}
                // The others begin with its address.
                activeOptions={{ exact: true }}
                aria-current={name === shown ? 'page' : undefined}
                className={`flex min-h-10 items-center gap-2.5 rounded-lg px-2 text-sm whitespace-nowrap sm:px-3 ${name === shown ? 'bg-sunken font-medium text-ink' : 'text-muted hover:bg-sunken hover:text-ink'}`}
              >
                <Icon size={17} aria-hidden="true" className="max-sm:hidden" /> {t(`account.sections.${name}`)}
              </Link>
            );
          })}
        </nav>
        <div className="max-w-2xl space-y-10">
          <Suspense fallback={<div className="skeleton h-72" aria-hidden="true" />}>
            <Body />
          </Suspense>
        </div>
      </div>
    </>
  );
}
