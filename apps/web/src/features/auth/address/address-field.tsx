import { useTranslation } from 'react-i18next';
import { TextField } from '../../../components/form/text-field.tsx';

/** The e-mail address or phone number of somebody who comes in. */
export function AddressField({
  hint,
  error,
  takesFocus = false,
  isFixed = false,
  value,
  onChange,
}: {
  hint?: string;
  error: string | undefined;
  takesFocus?: boolean;
  /** It cannot be another one. */
  isFixed?: boolean;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t('signIn.address')}
      hint={hint}
      error={error}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the first thing that a dialog asks for
      autoFocus={takesFocus}
      autoComplete="username"
      inputMode="email"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={254}
      readOnly={isFixed}
      value={value}
      onChange={onChange}
    />
  );
}
