import type { LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Menu, menuItemClass } from '../../components/menu.tsx';
import type { MenuProps } from '../../components/menu-button.tsx';

export interface Action {
  label: string;
  Icon: LucideIcon;
  isDanger?: boolean;
  run: () => void;
}

/** The actions for which a phone has no room. */
export default function ActionMenu({ actions, trigger }: MenuProps & { actions: Action[] }) {
  return (
    <Menu trigger={trigger}>
      {actions.map(({ label, Icon, isDanger, run }) => (
        <DropdownMenu.Item
          key={label}
          className={`${menuItemClass} min-h-11 ${isDanger ? 'text-bad' : ''}`}
          onSelect={run}
        >
          <Icon size={17} aria-hidden="true" /> {label}
        </DropdownMenu.Item>
      ))}
    </Menu>
  );
}
