import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import type { MenuProps } from './menu-button.tsx';

const menuClass =
  'z-50 max-h-[var(--radix-dropdown-menu-content-available-height)] min-w-56 overflow-y-auto rounded-xl border border-line bg-raised p-1.5 shadow-float';
export const menuItemClass =
  'flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-3 py-1.5 text-sm outline-none data-highlighted:bg-sunken data-[state=checked]:font-semibold data-[state=checked]:text-accent';

/** A menu below its button; open from the start, as it is only there once somebody wanted it. */
export function Menu({ trigger, children }: MenuProps & { children: ReactNode }) {
  return (
    <DropdownMenu.Root defaultOpen>
      <DropdownMenu.Trigger className={trigger.className} aria-label={trigger.label}>
        {trigger.icon}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menuClass} align="end" sideOffset={6}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuTitle({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-3 pt-2.5 pb-1 text-xs font-medium text-muted">{children}</DropdownMenu.Label>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
