import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

export const menuClass =
  'z-50 max-h-[var(--radix-dropdown-menu-content-available-height)] min-w-56 overflow-y-auto rounded-xl border border-line bg-raised p-1.5 shadow-float';
export const menuItemClass =
  'flex min-h-9 cursor-default items-center gap-2.5 rounded-md px-3 py-1.5 text-sm outline-none data-highlighted:bg-sunken data-[state=checked]:font-semibold data-[state=checked]:text-accent';

export function MenuTitle({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-3 pt-2.5 pb-1 text-xs font-medium text-muted">{children}</DropdownMenu.Label>
  );
}
