import type { BatchRowState, ContentType, MediaOrigin } from '@octavo/contracts';
import { batchRowStates, contentTypeNames } from '@octavo/contracts/names';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from './components/button.tsx';
import { Empty } from './components/empty.tsx';
import { type LibraryFilters, libraryFilters } from './features/content/library/search.ts';
import { Logo } from './components/shell/logo.tsx';
import { Toasts } from './components/toasts.tsx';
import { adminSearch } from './features/admin/sections.ts';
import { loadWords, type Part } from './i18n/index.ts';
import { sessionStore } from './lib/session.ts';

const shell = () => import('./components/shell/shell.tsx');
const LazyShell = lazy(async () => ({ default: (await shell()).Shell }));
const LazyFrame = lazy(async () => ({ default: (await import('./components/shell/plain-frame.tsx')).PlainFrame }));

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
function toSignIn({ location }: { location: { href: string } }): void {
  if (!sessionStore.read())
    throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
}

/** A page with words of its own, which the first page does without. */
function withWords<Page>(part: Part, load: () => Promise<Page>): () => Promise<Page> {
  return async () => (await Promise.all([load(), loadWords(part)]))[0];
}

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): { next?: string; gone?: string } => ({
    ...nextSearch(search),
    // The day on which an account will be gone, for whoever has just deleted it.
    ...(typeof search['gone'] === 'string' && !Number.isNaN(Date.parse(search['gone'])) && { gone: search['gone'] }),
  }),
  beforeLoad: toLibraryIfSignedIn,
  component: lazyRouteComponent(
    withWords('account', () => import('./features/auth/login-page.tsx')),
    'LoginPage',
  ),
});
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  validateSearch: nextSearch,
  beforeLoad: toLibraryIfSignedIn,
  component: lazyRouteComponent(
    withWords('account', () => import('./features/auth/register-page.tsx')),
    'RegisterPage',
  ),
});
const recover = createRoute({
  getParentRoute: () => root,
  path: '/recover',
  component: lazyRouteComponent(
    withWords('account', () => import('./features/recover/recover-page.tsx')),
    'RecoverPage',
  ),
});
const confirm = createRoute({
  getParentRoute: () => root,
  path: '/confirm',
  validateSearch: nextSearch,
  beforeLoad: toSignIn,
  component: lazyRouteComponent(
    withWords('account', () => import('./features/account/confirm-page.tsx')),
    'ConfirmPage',
  ),
});

/** Everything behind the sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: toSignIn,
  component: lazyRouteComponent(shell, 'Shell'),
});

function pageSearch(search: Record<string, unknown>): { page?: number } {
  const page = Number(search['page']);
  return Number.isInteger(page) && page > 1 && page <= 100_000 ? { page } : {};
}

const library = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { page?: number } & LibraryFilters => ({
    ...pageSearch(search),
    ...libraryFilters(search),
  }),
  component: lazyRouteComponent(() => import('./features/content/library/library-page.tsx'), 'LibraryPage'),
});
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
interface CreateSearch {
  kind?: ContentType;
  /** The id of an image to make something from. */
  image?: string;
  /** The id of a content to translate. */
  piece?: string;
}
const create = createRoute({
  getParentRoute: () => app,
  path: '/new',
  validateSearch(search: Record<string, unknown>): CreateSearch {
    const kind = contentTypeNames.find((name) => name === search['kind']);
    const [image, piece] = [text(search['image']), text(search['piece'])];
    return { ...(kind && { kind }), ...(image && { image }), ...(piece && { piece }) };
  },
  component: lazyRouteComponent(() => import('./features/create/create-page.tsx'), 'CreatePage'),
});
const detail = createRoute({
  getParentRoute: () => app,
  path: '/content/$id',
  component: lazyRouteComponent(() => import('./features/content/detail-page.tsx'), 'DetailPage'),
});
const versions = createRoute({
  getParentRoute: () => app,
  path: '/content/$id/versions',
  validateSearch(search: Record<string, unknown>): { version?: number } {
    const version = Number(search['version']);
    return Number.isSafeInteger(version) && version > 0 ? { version } : {};
  },
  component: lazyRouteComponent(() => import('./features/versions/versions-page.tsx'), 'VersionsPage'),
});
const images = createRoute({
  getParentRoute: () => app,
  path: '/images',
  validateSearch(search: Record<string, unknown>): { origin?: MediaOrigin } {
    const { origin } = search;
    return origin === 'upload' || origin === 'generated' ? { origin } : {};
  },
  component: lazyRouteComponent(() => import('./features/media/images-page.tsx'), 'ImagesPage'),
});

const usage = createRoute({
  getParentRoute: () => app,
  path: '/usage',
  validateSearch(search: Record<string, unknown>): { days?: 7 | 30 | 90 } {
    const days = ([7, 30, 90] as const).find((each) => each === Number(search['days']));
    return days ? { days } : {};
  },
  component: lazyRouteComponent(() => import('./features/usage/usage-page.tsx'), 'UsagePage'),
});

const account = createRoute({
  getParentRoute: () => app,
  path: '/account/{-$section}',
  component: lazyRouteComponent(
    withWords('account', () => import('./features/account/account-page.tsx')),
    'AccountPage',
  ),
});

const batches = createRoute({
  getParentRoute: () => app,
  path: '/batches',
  validateSearch: pageSearch,
  component: lazyRouteComponent(
    withWords('batches', () => import('./features/batches/list-page.tsx')),
    'BatchesPage',
  ),
});
const newBatch = createRoute({
  getParentRoute: () => app,
  path: '/batches/new',
  validateSearch: (search: Record<string, unknown>): { example?: true } =>
    search['example'] === true ? { example: true } : {},
  component: lazyRouteComponent(
    withWords('batches', () => import('./features/new-batch/new-page.tsx')),
    'NewBatchPage',
  ),
});
const batch = createRoute({
  getParentRoute: () => app,
  path: '/batches/$id',
  validateSearch: (search: Record<string, unknown>): { page?: number; state?: BatchRowState } => {
    const state = batchRowStates.find((name) => name === search['state']);
    return { ...pageSearch(search), ...(state && { state }) };
  },
  component: lazyRouteComponent(
    withWords('batches', () => import('./features/batches/detail-page.tsx')),
    'BatchPage',
  ),
});
const administration = createRoute({
  getParentRoute: () => app,
  path: '/admin',
  beforeLoad() {
    throw redirect({ to: '/admin/$section', params: { section: 'users' } });
  },
});
const admin = createRoute({
  getParentRoute: () => app,
  path: '/admin/$section',
  validateSearch: adminSearch,
  component: lazyRouteComponent(
    withWords('admin', () => import('./features/admin/admin-page.tsx')),
    'AdminPage',
  ),
});

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    register,
    recover,
    confirm,
    app.addChildren([
      library,
      create,
      detail,
      versions,
      images,
      usage,
      account,
      batches,
      newBatch,
      batch,
      administration,
      admin,
    ]),
  ]),
  scrollRestoration: true,
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function NotFound() {
  const { t } = useTranslation();
  const words = (
    <Empty title={t('error.notFound')} text={t('error.notFoundText')} isPage>
      <Link to="/" className={buttonClass()}>
        {t('nav.library')}
      </Link>
    </Empty>
  );
  return <Suspense>{sessionStore.read() ? <LazyShell>{words}</LazyShell> : <LazyFrame>{words}</LazyFrame>}</Suspense>;
}

function Broken() {
  const { t } = useTranslation();
  return (
    <main className="px-6">
      <p className="mt-6 flex items-center justify-center gap-2.5 font-serif text-xl font-semibold">
        <Logo /> Octavo
      </p>
      <Empty title={t('error.page')} text={t('error.pageText')} isPage>
        <Button look="primary" onClick={() => window.location.reload()}>
          {t('error.reload')}
        </Button>
      </Empty>
    </main>
  );
}
