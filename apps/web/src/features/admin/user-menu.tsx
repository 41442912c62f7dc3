import type { AdminUserView } from '@octavo/contracts';
import { Link } from '@tanstack/react-router';
import { Ban, LogOut, ScrollText, ShieldOff, Undo2, UserCog, Wallet } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { Menu, menuItemClass, MenuLine } from '../../components/menu.tsx';
import type { MenuProps } from '../../components/menu-button.tsx';

export type UserWish = 'admin' | 'user' | 'suspend' | 'reinstate' | 'endSessions' | 'resetSecondFactor';

const dangerClass = `${menuItemClass} text-bad`;

/** What an admin may do about somebody. Of oneself only what one cannot lock oneself out with unasked. */
export default function UserMenu({
  user,
  isMe,
  onWish,
  trigger,
}: MenuProps & { user: AdminUserView; isMe: boolean; onWish: (wish: UserWish) => void }) {
  const { t } = useTranslation();
  const isAdmin = user.role === 'admin';
  return (
    <Menu trigger={trigger}>
      <DropdownMenu.Item className={menuItemClass} onSelect={() => onWish(isAdmin ? 'user' : 'admin')}>
        <UserCog size={16} aria-hidden="true" />{' '}
        {t(isAdmin ? (isMe ? 'admin.users.giveUp' : 'admin.users.makeUser') : 'admin.users.makeAdmin')}
      </DropdownMenu.Item>
      <DropdownMenu.Item className={menuItemClass} asChild>
        <Link to="/admin/$section" params={{ section: 'budgets' }} search={{ person: user.id }}>
          <Wallet size={16} aria-hidden="true" /> {t('admin.users.setBudget')}
        </Link>
      </DropdownMenu.Item>
      <DropdownMenu.Item className={menuItemClass} asChild>
        <Link to="/admin/$section" params={{ section: 'audit' }} search={{ person: user.id }}>
          <ScrollText size={16} aria-hidden="true" /> {t('admin.users.whatHappened')}
        </Link>
      </DropdownMenu.Item>
      {!isMe && (
        <>
          <MenuLine />
          <DropdownMenu.Item className={menuItemClass} onSelect={() => onWish('endSessions')}>
            <LogOut size={16} aria-hidden="true" /> {t('admin.ask.endSessions.action')}
          </DropdownMenu.Item>
          {user.secondFactor && (
            <DropdownMenu.Item className={menuItemClass} onSelect={() => onWish('resetSecondFactor')}>
              <ShieldOff size={16} aria-hidden="true" /> {t('admin.ask.resetSecondFactor.action')}
            </DropdownMenu.Item>
          )}
          {user.suspendedAt ? (
            <DropdownMenu.Item className={menuItemClass} onSelect={() => onWish('reinstate')}>
              <Undo2 size={16} aria-hidden="true" /> {t('admin.users.reinstate')}
            </DropdownMenu.Item>
          ) : (
            <DropdownMenu.Item className={dangerClass} onSelect={() => onWish('suspend')}>
              <Ban size={16} aria-hidden="true" /> {t('admin.ask.suspend.action')}
            </DropdownMenu.Item>
          )}
        </>
      )}
    </Menu>
  );
}
