import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useTheme } from '../../lib/theme.ts';
import { MenuButton } from '../menu-button.tsx';

const icons = { system: Monitor, light: Sun, dark: Moon };
const loadLanguages = async () => ({ default: (await import('./preference-items.tsx')).LanguageMenu });
const loadThemes = async () => ({ default: (await import('./preference-items.tsx')).ThemeMenu });

/** Language and appearance, each behind a button of its own: for pages without an account menu. */
export function Preferences() {
  const { t } = useTranslation();
  const [theme, setTheme] = useTheme();
  const Icon = icons[theme];
  return (
    <div className="flex">
      <MenuButton
        label={t('language.label')}
        icon={<Languages size={18} aria-hidden="true" />}
        load={loadLanguages}
        menu={{}}
      />
      <MenuButton
        label={t('theme.label')}
        icon={<Icon size={18} aria-hidden="true" />}
        load={loadThemes}
        menu={{ theme, setTheme }}
      />
    </div>
  );
}
