import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { type Language, languages, setLanguage } from '../i18n/index.ts';
import { themes, useTheme } from '../lib/theme.ts';

const itemClass =
  'flex cursor-default items-center gap-2.5 rounded-md px-3 py-2 text-sm outline-none data-highlighted:bg-sunken data-[state=checked]:font-semibold data-[state=checked]:text-accent';
export const menuClass = 'z-50 min-w-48 rounded-xl border border-line bg-raised p-1.5 shadow-float';
const icons = { system: Monitor, light: Sun, dark: Moon };

/** Language and appearance; both are remembered on this device. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  const [theme, setTheme] = useTheme();
  const Icon = icons[theme];
  return (
    <div className="flex">
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          className="rounded-lg p-2.5 text-muted hover:bg-sunken hover:text-ink"
          aria-label={t('language.label')}
        >
          <Languages size={18} aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={menuClass} align="end" sideOffset={6}>
            <DropdownMenu.RadioGroup value={i18n.language} onValueChange={(value) => setLanguage(value as Language)}>
              {Object.entries(languages).map(([code, name]) => (
                <DropdownMenu.RadioItem key={code} value={code} lang={code} className={itemClass}>
                  {name}
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger
          className="rounded-lg p-2.5 text-muted hover:bg-sunken hover:text-ink"
          aria-label={t('theme.label')}
        >
          <Icon size={18} aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={menuClass} align="end" sideOffset={6}>
            <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as typeof theme)}>
              {themes.map((name) => (
                <DropdownMenu.RadioItem key={name} value={name} className={itemClass}>
                  {t(`theme.${name}`)}
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  );
}
