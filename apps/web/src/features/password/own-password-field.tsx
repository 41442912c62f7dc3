import { useTranslation } from 'react-i18next';
import { Field } from '../../components/form/field.tsx';
import { fieldMessage } from '../../lib/messages.ts';
import { PasswordInput } from './password-input.tsx';

/** The password of whoever is signed in, so that an open session alone does not do. */
export function OwnPasswordField({
  label,
  name = 'password',
  value,
  isTried,
  error,
  onChange,
}: {
  label?: string;
  /** As the server calls it in its answer. */
  name?: 'password' | 'currentPassword';
  value: string;
  isTried: boolean;
  error: unknown;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <Field
      label={label ?? t('account.yourPassword')}
      error={(isTried && value === '' ? t('field.required') : undefined) ?? fieldMessage(error, name, t)}
    >
      {(control) => (
        <PasswordInput
          {...control}
          autoComplete="current-password"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
