import type { AdminUserView } from '@octavo/contracts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { EllipsisVertical, ShieldCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { MenuButton } from '../../components/menu-button.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { toast } from '../../components/toasts.tsx';
import { formatDay } from '../../lib/format.ts';
import { sessionStore } from '../../lib/session.ts';
import { Confirm } from './confirm.tsx';
import { Problem } from './problem.tsx';
import { admin, adminMessage, adminQueries } from './queries.ts';
import { type Column, RecordTable } from './parts/record-table.tsx';
import { Tag } from './parts/tag.tsx';
import type { UserWish } from './user-menu.tsx';

const route = getRouteApi('/app/admin/$section');
const loadMenu = () => import('./user-menu.tsx');
/** Typing has come to a rest. */
const restMs = 300;

/** Who has an account here, and what may be done about it. */
export function Users() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const { q } = route.useSearch();
  const list = useInfiniteQuery(adminQueries.users(q));
  const users = list.data?.pages.flatMap((page) => page.users) ?? [];
  const { act, question } = useActions();
  const me = sessionStore.read()?.user.id;

  const columns: [Column<AdminUserView>, ...Array<Column<AdminUserView>>] = [
    {
      head: t('admin.users.person'),
      cell: (user) => (
        <>
          <span className="font-medium break-words">{nameOf(user)}</span>
          {user.id === me && <span className="text-muted"> ({t('admin.users.you')})</span>}
          <span className="block break-all text-muted">{user.email ?? user.phone}</span>
        </>
      ),
    },
    {
      head: t('admin.users.role'),
      cell: (user) => (
        <span className="inline-flex flex-wrap items-center gap-1.5">
          <Tag tone={user.role === 'admin' ? 'accent' : 'quiet'}>{t(`admin.roles.${user.role}`)}</Tag>
          {user.secondFactor && (
            <span title={t('admin.users.secondFactor')} className="text-good">
              <ShieldCheck size={16} aria-hidden="true" />
              <span className="sr-only">{t('admin.users.secondFactor')}</span>
            </span>
          )}
        </span>
      ),
    },
    { head: t('admin.users.state'), cell: (user) => <State user={user} /> },
    {
      head: t('admin.users.since'),
      className: 'whitespace-nowrap',
      cell: (user) => formatDay(user.createdAt, language),
    },
    {
      head: t('admin.actions'),
      isBare: true,
      cell: (user) => (
        <MenuButton
          label={t('admin.users.actionsFor', { name: nameOf(user) })}
          icon={<EllipsisVertical size={18} aria-hidden="true" />}
          load={loadMenu}
          menu={{ user, isMe: user.id === me, onWish: (wish: UserWish) => act(user, wish) }}
        />
      ),
    },
  ];

  return (
    <>
      <PageTitle className="mb-5 font-serif text-3xl font-semibold">{t('admin.sections.users')}</PageTitle>
      <Search q={q ?? ''} />
      <p role="status" className="my-4 text-sm text-muted">
        {list.isSuccess &&
          !list.isPlaceholderData &&
          (users.length === 0
            ? t('admin.users.nobody')
            : t(list.hasNextPage ? 'admin.users.shownOfMore' : 'admin.users.shown', { count: users.length }))}
      </p>
      <Problem error={list.error} />
      {list.isPending && <div className="skeleton h-64" aria-hidden="true" />}
      {users.length > 0 && <RecordTable label={t('admin.sections.users')} columns={columns} rows={users} />}
      {list.hasNextPage && (
        <Button className="mt-4" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('admin.users.more')}
        </Button>
      )}
      {question}
    </>
  );
}

function nameOf({ firstName, lastName }: AdminUserView): string {
  return `${firstName} ${lastName}`;
}

function Search({ q }: { q: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState(q);
  // The address may change otherwise too: by a link, or by going back.
  const [seen, setSeen] = useState(q);
  const [sent, setSent] = useState(q);
  if (q !== seen) {
    setSeen(q);
    if (q !== sent) {
      setTyped(q);
      setSent(q);
    }
  }
  const wanted = typed.trim();
  useEffect(() => {
    if (wanted === q) return undefined;
    const timer = setTimeout(() => {
      setSent(wanted);
      void navigate({
        to: '/admin/$section',
        params: { section: 'users' },
        search: wanted === '' ? {} : { q: wanted },
        replace: true,
      });
    }, restMs);
    return () => clearTimeout(timer);
  }, [wanted, q, navigate]);
  return (
    <input
      type="search"
      aria-label={t('admin.users.search')}
      placeholder={t('admin.users.search')}
      className="w-full max-w-md rounded-lg border border-line bg-raised px-3 py-2.5 text-base placeholder:text-muted/80 hover:border-muted"
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

function State({ user }: { user: AdminUserView }) {
  const { t, i18n } = useTranslation();
  const day = (iso: string) => formatDay(iso, i18n.language);
  if (user.suspendedAt)
    return (
      <>
        <Tag tone="bad">{t('admin.users.suspended')}</Tag>{' '}
        <span className="text-muted">{t('admin.users.sinceDay', { date: day(user.suspendedAt) })}</span>
      </>
    );
  if (user.deletionDueAt)
    return (
      <>
        <Tag tone="bad">{t('admin.users.deleted')}</Tag>{' '}
        <span className="text-muted">{t('admin.users.goneOn', { date: day(user.deletionDueAt) })}</span>
      </>
    );
  return user.verified ? (
    <Tag tone="good">{t('admin.users.active')}</Tag>
  ) : (
    <Tag tone="quiet">{t('admin.users.unconfirmed')}</Tag>
  );
}

/** What the menu of a person asks for: done at once where it can be undone, else asked about first. */
function useActions() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ user: AdminUserView; wish: UserWish }>();
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ['admin'] });
    void queries.invalidateQueries({ queryKey: ['account'] });
  };
  const { mutate } = useMutation({
    mutationFn: ({ run }: { run: () => Promise<unknown>; done: () => void }) => run(),
    onSuccess(_result, { done }) {
      refresh();
      done();
    },
    onError: (error) => toast(adminMessage(error, t, i18n.language)),
  });

  function setRole(user: AdminUserView, role: AdminUserView['role'], isUndo = false): void {
    const name = nameOf(user);
    mutate({
      run: () => admin.setRole(user.id, role),
      done: () =>
        toast(
          t(role === 'admin' ? 'admin.users.nowAdmin' : 'admin.users.nowUser', { name }),
          isUndo
            ? undefined
            : { label: t('detail.undo'), run: () => setRole(user, role === 'admin' ? 'user' : 'admin', true) },
        ),
    });
  }

  function act(user: AdminUserView, wish: UserWish): void {
    if (wish === 'admin') setRole(user, 'admin');
    else if (wish === 'user' && user.id !== sessionStore.read()?.user.id) setRole(user, 'user');
    else if (wish === 'reinstate') {
      const done = () => toast(t('admin.users.reinstated', { name: nameOf(user) }));
      mutate({ run: () => admin.reinstate(user.id), done });
    } else setAsked({ user, wish });
  }

  const runs: Partial<Record<UserWish, (id: string) => Promise<unknown>>> = {
    user: (id) => admin.setRole(id, 'user'),
    suspend: admin.suspend,
    endSessions: admin.endSessions,
    resetSecondFactor: admin.resetSecondFactor,
  };
  const words = asked && wordsOf(asked.wish);
  const question = asked && words && (
    <Confirm
      title={t(`admin.ask.${words}.title`, { name: nameOf(asked.user) })}
      text={t(`admin.ask.${words}.text`)}
      action={t(`admin.ask.${words}.action`)}
      run={() => runs[asked.wish]?.(asked.user.id) ?? Promise.resolve()}
      onDone={() => {
        refresh();
        toast(t(`admin.ask.${words}.done`, { name: nameOf(asked.user) }));
      }}
      onClose={() => setAsked(undefined)}
    />
  );
  return { act, question };
}

function wordsOf(wish: UserWish) {
  if (wish === 'user') return 'giveUp' as const;
  return wish === 'admin' || wish === 'reinstate' ? undefined : wish;
}
