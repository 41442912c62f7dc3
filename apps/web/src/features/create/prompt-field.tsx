import { maxPromptLength } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { Field } from '../../components/form/field.tsx';

/** A few lines of words, with a count once there are many. */
export function PromptField({
  label,
  hint,
  error,
  rows = 5,
  value,
  max = maxPromptLength,
  placeholder,
  isFirst = false,
  onChange,
}: {
  label: string;
  hint?: string;
  error?: string | undefined;
  rows?: number;
  value: string;
  max?: number;
  placeholder?: string;
  /** Where one begins. */
  isFirst?: boolean;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const isLong = value.length > max * 0.8;
  return (
    <Field
      label={label}
      error={error}
      hint={
        (hint || isLong) && (
          <span className="flex justify-between gap-4">
            <span>{hint}</span>
            {isLong && <span className="shrink-0">{t('create.count', { count: value.length, max })}</span>}
          </span>
        )
      }
    >
      {(control) => (
        <textarea
          {...control}
          className={`${control.className} resize-y`}
          rows={rows}
          maxLength={max}
          placeholder={placeholder}
          data-first={isFirst ? '' : undefined}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
