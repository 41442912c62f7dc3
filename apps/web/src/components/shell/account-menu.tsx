import { Link } from '@tanstack/react-router';
import { ChartColumn, FileCode, Keyboard, LogOut, Plug, ShieldCheck, Table2, UserRound } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { Menu, menuItemClass, MenuLine } from '../menu.tsx';
import type { MenuProps } from '../menu-button.tsx';
import { PreferenceItems } from './preference-items.tsx';

/** Who is signed in, how the studio looks and speaks, and the way out. */
export default function AccountMenu({
  name,
  email,
  isAdmin,
  onConnect,
  onHelp,
  onSignOut,
  trigger,
}: MenuProps & {
  name: string;
  email: string;
  isAdmin: boolean;
  onConnect: () => void;
  onHelp: () => void;
  onSignOut: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Menu trigger={trigger}>
      <DropdownMenu.Label className="px-3 py-2 text-sm">
        <span className="block font-medium">{name}</span>
        <span className="block max-w-64 truncate text-muted">{email}</span>
      </DropdownMenu.Label>
      <MenuLine />
      <PreferenceItems />
      <MenuLine />
      <DropdownMenu.Item className={`${menuItemClass} sm:hidden`} asChild>
        <Link to="/batches">
          <Table2 size={16} aria-hidden="true" /> {t('nav.batches')}
        </Link>
      </DropdownMenu.Item>
      <DropdownMenu.Item className={menuItemClass} asChild>
        <Link to="/account/{-$section}">
          <UserRound size={16} aria-hidden="true" /> {t('nav.account')}
        </Link>
      </DropdownMenu.Item>
      <DropdownMenu.Item className={menuItemClass} asChild>
        <Link to="/usage">
          <ChartColumn size={16} aria-hidden="true" /> {t('usage.title')}
        </Link>
      </DropdownMenu.Item>
      {isAdmin && (
        <DropdownMenu.Item className={menuItemClass} asChild>
          <Link to="/admin/$section" params={{ section: 'users' }}>
            <ShieldCheck size={16} aria-hidden="true" /> {t('nav.admin')}
          </Link>
        </DropdownMenu.Item>
      )}
      <DropdownMenu.Item className={menuItemClass} onSelect={onConnect}>
        <Plug size={16} aria-hidden="true" /> {t('connect.title')}
      </DropdownMenu.Item>
      <DropdownMenu.Item className={menuItemClass} onSelect={onHelp}>
        <Keyboard size={16} aria-hidden="true" /> {t('nav.shortcuts')}
      </DropdownMenu.Item>
      <DropdownMenu.Item className={menuItemClass} asChild>
        <a href="/docs" target="_blank" rel="noopener">
          <FileCode size={16} aria-hidden="true" /> {t('nav.api')}
        </a>
      </DropdownMenu.Item>
      <MenuLine />
      <DropdownMenu.Item className={menuItemClass} onSelect={onSignOut}>
        <LogOut size={16} aria-hidden="true" /> {t('nav.signOut')}
      </DropdownMenu.Item>
    </Menu>
  );
}
