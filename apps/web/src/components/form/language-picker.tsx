import type { LanguageCode } from '@octavo/contracts';
import { useNamedLanguages } from '../../lib/use-languages.ts';
import { Combobox } from './combobox.tsx';
import { Field } from './field.tsx';

/** One of the languages of NLLB-200, by its name here, its own name or its code. `none` is the choice of no language. */
export function LanguagePicker({
  label,
  hint,
  error,
  value,
  none,
  placeholder,
  onChange,
}: {
  label: string;
  hint?: string;
  error?: string | undefined;
  value: LanguageCode | '';
  none?: string;
  placeholder?: string;
  onChange: (value: LanguageCode | '') => void;
}) {
  const languages = useNamedLanguages() ?? [];
  const options = [
    ...(none === undefined ? [] : [{ value: '', label: none }]),
    ...languages.map(({ code, name, ownName, keywords }) => ({
      value: code,
      label: capital(name),
      detail: ownName.toLowerCase() === name.toLowerCase() ? '' : ownName,
      keywords,
    })),
  ];
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Combobox
          control={control}
          value={value}
          options={options}
          placeholder={placeholder ?? ''}
          onChange={(chosen) => onChange(chosen as LanguageCode | '')}
        />
      )}
    </Field>
  );
}

/** Spanish writes names of languages small; at the beginning of a line they are not. */
export function capital(name: string): string {
  return name.charAt(0).toLocaleUpperCase() + name.slice(1);
}
