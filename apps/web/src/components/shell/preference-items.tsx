import { Monitor, Moon, Sun } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { type Language, languages, setLanguage } from '../../i18n/index.ts';
import { type Theme, themes, useTheme } from '../../lib/theme.ts';
import { Menu, menuItemClass, MenuTitle } from '../menu.tsx';
import type { MenuProps } from '../menu-button.tsx';

const icons = { system: Monitor, light: Sun, dark: Moon };

interface ThemeChoice {
  theme: Theme;
  setTheme: (theme: Theme) => void;
}

export function LanguageMenu(props: MenuProps) {
  return (
    <Menu {...props}>
      <LanguageItems />
    </Menu>
  );
}

export function ThemeMenu({ theme, setTheme, ...props }: MenuProps & ThemeChoice) {
  return (
    <Menu {...props}>
      <ThemeItems theme={theme} setTheme={setTheme} />
    </Menu>
  );
}

/** The same as parts of a menu; both are remembered on this device. */
export function PreferenceItems() {
  const { t } = useTranslation();
  const [theme, setTheme] = useTheme();
  return (
    <>
      <MenuTitle>{t('language.label')}</MenuTitle>
      <LanguageItems />
      <MenuTitle>{t('theme.label')}</MenuTitle>
      <ThemeItems theme={theme} setTheme={setTheme} />
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

function ThemeItems({ theme, setTheme }: ThemeChoice) {
  const { t } = useTranslation();
  return (
    <DropdownMenu.RadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)}>
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
