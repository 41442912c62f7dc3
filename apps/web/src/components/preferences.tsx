import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { type Language, languages, setLanguage } from '../i18n/index.ts';
import { themes, useTheme } from '../lib/theme.ts';
import { MenuTitle, menuClass, menuItemClass } from './menu.tsx';

const icons = { system: Monitor, light: Sun, dark: Moon };
const triggerClass = 'rounded-lg p-2.5 text-muted hover:bg-sunken hover:text-ink';

/** Language and appearance, each behind a button of its own: for pages without an account menu. */
export function Preferences() {
  const { t } = useTranslation();
  const [theme] = useTheme();
  const Icon = icons[theme];
  return (
    <div className="flex">
      <DropdownMenu.Root>
        <DropdownMenu.Trigger className={triggerClass} aria-label={t('language.label')}>
          <Languages size={18} aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={menuClass} align="end" sideOffset={6}>
            <LanguageItems />
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger className={triggerClass} aria-label={t('theme.label')}>
          <Icon size={18} aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={menuClass} align="end" sideOffset={6}>
            <ThemeItems />
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  );
}

/** The same as parts of a menu; both are remembered on this device. */
export function PreferenceItems() {
  const { t } = useTranslation();
  return (
    <>
      <MenuTitle>{t('language.label')}</MenuTitle>
      <LanguageItems />
      <MenuTitle>{t('theme.label')}</MenuTitle>
      <ThemeItems />
    </>
  );
}

function LanguageItems() {
  const { i18n } = useTranslation();
  return (
    <DropdownMenu.RadioGroup value={i18n.language} onValueChange={(value) => void setLanguage(value as Language)}>
      {Object.entries(languages).map(([code, name]) => (
        <DropdownMenu.RadioItem key={code} value={code} lang={code} className={menuItemClass}>
          {name}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

function ThemeItems() {
  const { t } = useTranslation();
  const [theme, setTheme] = useTheme();
  return (
    <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as typeof theme)}>
      {themes.map((name) => {
        const Icon = icons[name];
        return (
          <DropdownMenu.RadioItem key={name} value={name} className={menuItemClass}>
            <Icon size={16} aria-hidden="true" /> {t(`theme.${name}`)}
          </DropdownMenu.RadioItem>
        );
      })}
    </DropdownMenu.RadioGroup>
  );
}
