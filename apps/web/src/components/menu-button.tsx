import { type ComponentType, lazy, type ReactNode, Suspense, useMemo, useState } from 'react';

const buttonClass = 'rounded-lg p-2.5 text-muted hover:bg-sunken hover:text-ink';

export interface MenuProps {
  /** What opens it. */
  trigger: { label: string; icon: ReactNode; className: string };
}

/** A button whose menu, open, is loaded when somebody wants it: no page needs it to begin with. */
export function MenuButton<P extends object>({
  label,
  icon,
  load,
  menu,
}: {
  label: string;
  icon: ReactNode;
  load: () => Promise<{ default: ComponentType<P & MenuProps> }>;
  /** What the menu is given besides its button. */
  menu: P;
}) {
  const [isWanted, setIsWanted] = useState(false);
  const Menu = useMemo(() => lazy(load), [load]) as ComponentType<P & MenuProps>;
  const waiting = (
    <button
      type="button"
      className={buttonClass}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setIsWanted(true)}
    >
      {icon}
    </button>
  );
  return isWanted ? (
    <Suspense fallback={waiting}>
      <Menu {...menu} trigger={{ label, icon, className: buttonClass }} />
    </Suspense>
  ) : (
    waiting
  );
}
