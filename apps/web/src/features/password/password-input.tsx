import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A password that can be looked at while it is typed. */
export function PasswordInput({ className = '', ...rest }: Omit<ComponentProps<'input'>, 'type'>) {
  const { t } = useTranslation();
  const [isShown, setIsShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <div className="relative">
      <input
        {...rest}
        type={isShown ? 'text' : 'password'}
        spellCheck={false}
        autoCapitalize="none"
        maxLength={256}
        className={`${className} pr-12`}
      />
      <button
        type="button"
        aria-label={t('password.show')}
        aria-pressed={isShown}
        className="absolute inset-y-0 right-0 flex w-11 items-center justify-center rounded-lg text-muted hover:text-ink"
        onClick={() => setIsShown(!isShown)}
      >
        <Icon size={18} aria-hidden="true" />
      </button>
    </div>
  );
}
