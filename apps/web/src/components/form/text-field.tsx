import type { ComponentProps, ReactNode } from 'react';
import { Field } from './field.tsx';

/** One line of text with its label. */
export function TextField({
  label,
  hint,
  error,
  onChange,
  ...rest
}: Omit<ComponentProps<'input'>, 'onChange'> & {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  onChange: (value: string) => void;
}) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <input {...rest} {...control} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}
