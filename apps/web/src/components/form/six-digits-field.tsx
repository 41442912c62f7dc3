import type { TFunction } from 'i18next';
import { TextField } from './text-field.tsx';

/** A code of six digits that a message or an app shows; spaces between them are taken. */
export function SixDigitsField({
  label,
  error,
  value,
  isAlone = false,
  onChange,
}: {
  label: string;
  error: string | undefined;
  value: string;
  /** It is all that is asked, so one begins there. */
  isAlone?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <TextField
      label={label}
      error={error}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- it is all that is asked
      autoFocus={isAlone}
      autoComplete="one-time-code"
      inputMode="numeric"
      maxLength={12}
      value={value}
      onChange={onChange}
    />
  );
}

/** The digits alone, as the server takes them. */
export function readDigits(typed: string): string {
  return typed.replace(/\s/g, '');
}

/** What is wrong with them, in words; undefined when nothing is. */
export function sixDigitsProblem(typed: string, t: TFunction): string | undefined {
  return /^\d{6}$/.test(readDigits(typed)) ? undefined : t('confirm.digits');
}
