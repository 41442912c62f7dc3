import type { ContentListQuery } from '@octavo/contracts';
import { writtenTypeNames, generationStatuses } from '@octavo/contracts/names';
import { createRootRoute, createRoute, createRouter, Link, Outlet, redirect } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from './components/button.tsx';
import { Empty } from './components/empty.tsx';
import { Shell } from './components/shell.tsx';
import { Toasts } from './components/toasts.tsx';
import { AuthPage } from './features/auth/auth-page.tsx';
import { CreatePage } from './features/content/create-page.tsx';
import { DetailPage } from './features/content/detail-page.tsx';
import { LibraryPage } from './features/content/library-page.tsx';
import { sessionStore } from './lib/session.ts';

const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <Toasts />
    </>
  ),
  notFoundComponent: NotFound,
  errorComponent: Broken,
});

const nextSearch = (search: Record<string, unknown>): { next?: string } =>
  typeof search['next'] === 'string' ? { next: search['next'] } : {};

function toLibraryIfSignedIn(): void {
  if (sessionStore.read()) throw redirect({ to: '/' });
}

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: nextSearch,
  beforeLoad: toLibraryIfSignedIn,
  component: () => <AuthPage kind="login" />,
});
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  validateSearch: nextSearch,
  beforeLoad: toLibraryIfSignedIn,
  component: () => <AuthPage kind="register" />,
});

/** Everything behind the sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: ({ location }) => {
    if (!sessionStore.read())
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
  },
  component: Shell,
});

type LibrarySearch = Pick<ContentListQuery, 'page' | 'contentType' | 'status' | 'generationStatus'>;

/** What stands in the address may be anything; only what makes sense is taken. */
function librarySearch(search: Record<string, unknown>): LibrarySearch {
  const page = Number(search['page']);
  const contentType = writtenTypeNames.find((name) => name === search['contentType']);
  const generationStatus = generationStatuses.find((name) => name === search['generationStatus']);
  const status = (['draft', 'published'] as const).find((name) => name === search['status']);
  return {
    ...(Number.isInteger(page) && page > 1 && page <= 100_000 && { page }),
    ...(contentType && { contentType }),
    ...(status && { status }),
    ...(generationStatus && { generationStatus }),
  };
}

const library = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: librarySearch,
  component: LibraryPage,
});
const create = createRoute({ getParentRoute: () => app, path: '/new', component: CreatePage });
const detail = createRoute({ getParentRoute: () => app, path: '/content/$id', component: DetailPage });

export const router = createRouter({
  routeTree: root.addChildren([login, register, app.addChildren([library, create, detail])]),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="px-6">
      <Empty title={t('error.notFound')} text="">
        <Link to="/" className={buttonClass()}>
          {t('nav.library')}
        </Link>
      </Empty>
    </main>
  );
}

function Broken() {
  const { t } = useTranslation();
  return (
    <main className="px-6">
      <Empty title={t('error.page')} text={t('error.pageText')}>
        <Button look="primary" onClick={() => window.location.reload()}>
          {t('error.reload')}
        </Button>
      </Empty>
    </main>
  );
}
