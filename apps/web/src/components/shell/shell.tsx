import { Link, Outlet } from '@tanstack/react-router';
import { BookOpenText, CircleUser, Images, Plus, Table2 } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SignInAgain } from '../../features/auth/sign-in-again.tsx';
import { useSignOut } from '../../features/auth/use-sign-out.tsx';
import { useIsAdmin } from '../../lib/use-is-admin.ts';
import { useSession } from '../../lib/session.ts';
import { connection, useIsConnected } from '../../lib/socket.ts';
import { buttonClass } from '../button.tsx';
import { Logo } from './logo.tsx';
import { MenuButton } from '../menu-button.tsx';
import { Shortcuts } from './shortcuts.tsx';

const ConnectDialog = lazy(() => import('../../features/create/connect-dialog.tsx'));
const loadAccountMenu = () => import('./account-menu.tsx');
const navClass =
  'flex min-h-10 items-center gap-2 rounded-lg px-2.5 text-sm text-muted hover:bg-sunken hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink sm:px-3';

/** The frame of every page behind the sign-in. `children`: instead of the page that the address names. */
export function Shell({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
  // Kept while the session is over, so that signing in again knows who it was.
  const [user, setUser] = useState(session?.user);
  if (session && session.user.id !== user?.id) setUser(session.user);
  const [isHelpOpen, setIsHelpOpen] = useState(false);

  const connectedId = session?.user.id;
  useEffect(() => {
    if (connectedId === undefined) return undefined;
    connection.start();
    return () => connection.stop();
  }, [connectedId]);

  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-lg focus:bg-raised focus:px-4 focus:py-2"
      >
        {t('app.skip')}
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-paper/90 backdrop-blur">
        <div className="mx-auto flex h-14 max-w-6xl items-center gap-1 px-4 sm:px-6">
          <Link
            to="/"
            className="flex items-center gap-2.5 rounded-md font-serif text-xl font-semibold"
            aria-label="Octavo"
          >
            <Logo /> <span className="max-sm:sr-only">Octavo</span>
          </Link>
          <nav aria-label={t('nav.label')} className="mr-auto ml-1 flex sm:ml-5">
            <Link to="/" activeOptions={{ exact: true, includeSearch: false }} className={navClass}>
              <BookOpenText size={17} aria-hidden="true" className="max-[379px]:hidden" />
              {t('nav.library')}
            </Link>
            <Link to="/images" className={navClass}>
              <Images size={17} aria-hidden="true" className="max-[379px]:hidden" />
              {t('nav.images')}
            </Link>
            <Link to="/batches" className={`${navClass} max-sm:hidden`}>
              <Table2 size={17} aria-hidden="true" />
              {t('nav.batches')}
            </Link>
          </nav>
          <Account
            name={session ? `${session.user.firstName} ${session.user.lastName}` : ''}
            email={user?.email ?? ''}
            onHelp={() => setIsHelpOpen(true)}
          />
          <Link to="/new" className={buttonClass('primary', 'ml-1 max-sm:px-2.5 sm:ml-2')}>
            <Plus size={17} aria-hidden="true" /> <span className="max-sm:sr-only">{t('nav.create')}</span>
          </Link>
        </div>
        <ConnectionBanner />
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl flex-1 px-4 py-8 outline-none sm:px-6">
        {/* Whoever signs in after somebody else sees nothing of what stood here. */}
        {children ?? <Outlet key={user?.id} />}
      </main>
      <SignInAgain email={user?.email} />
      <Shortcuts isOpen={isHelpOpen} onOpenChange={setIsHelpOpen} />
    </div>
  );
}

function Account({ name, email, onHelp }: { name: string; email: string; onHelp: () => void }) {
  const { t } = useTranslation();
  const { signOut, question } = useSignOut();
  const { isAdmin = false } = useIsAdmin();
  const [isConnecting, setIsConnecting] = useState(false);
  return (
    <>
      <MenuButton
        label={t('app.menu')}
        icon={<CircleUser size={19} aria-hidden="true" />}
        load={loadAccountMenu}
        menu={{ name, email, isAdmin, onConnect: () => setIsConnecting(true), onHelp, onSignOut: signOut }}
      />
      {question}
      {isConnecting && (
        <Suspense>
          <ConnectDialog onClose={() => setIsConnecting(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Only when it has been away for a moment: every page starts without a connection. */
function ConnectionBanner() {
  const { t } = useTranslation();
  const isConnected = useIsConnected();
  return (
    <div role="status" className={isConnected ? '' : 'late bg-busy-soft text-center text-sm text-busy'}>
      {isConnected ? '' : t('error.offline')}
    </div>
  );
}
