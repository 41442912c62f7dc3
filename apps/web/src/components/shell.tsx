import { Link, Outlet } from '@tanstack/react-router';
import { CircleUser, LogOut, Plus } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SignInAgain } from '../features/auth/sign-in-again.tsx';
import { useSignOut } from '../features/auth/use-sign-out.tsx';
import { useSession } from '../lib/session.ts';
import { connection, useIsConnected } from '../lib/socket.ts';
import { buttonClass } from './button.tsx';
import { Logo } from './logo.tsx';
import { menuClass, Preferences } from './preferences.tsx';
import { Shortcuts } from './shortcuts.tsx';

/** The frame of every page behind the sign-in. */
export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  // Kept while the session is over, so that signing in again knows who it was.
  const [user, setUser] = useState(session?.user);
  if (session && session.user.id !== user?.id) setUser(session.user);

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
            className="mr-auto flex items-center gap-2.5 rounded-md font-serif text-xl font-semibold"
            aria-label="Octavo"
          >
            <Logo /> <span className="max-[400px]:sr-only">Octavo</span>
          </Link>
          <Preferences />
          <AccountMenu
            name={session ? `${session.user.firstName} ${session.user.lastName}` : ''}
            email={user?.email ?? ''}
          />
          <Link to="/new" className={buttonClass('primary', 'ml-2 max-sm:px-3')}>
            <Plus size={17} aria-hidden="true" /> {t('nav.create')}
          </Link>
        </div>
        <ConnectionBanner />
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl flex-1 px-4 py-8 outline-none sm:px-6">
        {/* Whoever signs in after somebody else sees nothing of what stood here. */}
        <Outlet key={user?.id} />
      </main>
      <SignInAgain email={user?.email} />
      <Shortcuts />
    </div>
  );
}

function AccountMenu({ name, email }: { name: string; email: string }) {
  const { t } = useTranslation();
  const { signOut, question } = useSignOut();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        className="rounded-lg p-2.5 text-muted hover:bg-sunken hover:text-ink"
        aria-label={t('app.menu')}
      >
        <CircleUser size={19} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menuClass} align="end" sideOffset={6}>
          <DropdownMenu.Label className="px-3 py-2 text-sm">
            <span className="block font-medium">{name}</span>
            <span className="block text-muted">{email}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item
            className="flex cursor-default items-center gap-2.5 rounded-md px-3 py-2 text-sm outline-none data-highlighted:bg-sunken"
            onSelect={signOut}
          >
            <LogOut size={16} aria-hidden="true" /> {t('nav.signOut')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
      {question}
    </DropdownMenu.Root>
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
