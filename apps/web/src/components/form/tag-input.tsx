import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from './field.tsx';

/** Several short words, one after the other; Enter or a comma ends one. */
export function TagInput({
  label,
  hint,
  error,
  values,
  suggestions,
  max,
  maxLength,
  onChange,
}: {
  label: string;
  hint?: string;
  error?: string | undefined;
  values: string[];
  suggestions: readonly string[];
  max: number;
  maxLength: number;
  onChange: (values: string[]) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const has = (value: string): boolean => values.some((other) => other.toLowerCase() === value.toLowerCase());
  const add = (text: string): void => {
    const words = text
      .split(/[,;\n]/)
      .map((word) => word.trim().slice(0, maxLength))
      .filter((word, at, all) => word !== '' && !has(word) && all.indexOf(word) === at);
    if (words.length > 0) onChange([...values, ...words].slice(0, max));
    setTyped('');
  };
  const remove = (value: string): void => {
    onChange(values.filter((other) => other !== value));
    input.current?.focus();
  };

  return (
    <div>
      <Field label={label} hint={hint} error={error}>
        {(control) => (
          <div className="flex flex-wrap items-center gap-1.5 rounded-lg border border-line bg-raised p-1.5 hover:border-muted has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-2 has-[input:focus-visible]:outline-accent">
            {values.map((value) => (
              <span
                key={value}
                className="inline-flex max-w-full items-center gap-1 rounded-md bg-accent-soft pl-2.5 text-sm"
              >
                <span className="truncate">{value}</span>
                <button
                  type="button"
                  className="rounded-md p-2 text-muted hover:text-ink"
                  aria-label={t('tags.remove', { value })}
                  onClick={() => remove(value)}
                >
                  <X size={14} aria-hidden="true" />
                </button>
              </span>
            ))}
            <input
              ref={input}
              id={control.id}
              aria-describedby={control['aria-describedby']}
              aria-invalid={control['aria-invalid']}
              className="min-h-8 min-w-24 flex-1 bg-transparent px-1.5 text-base outline-none!"
              autoComplete="off"
              enterKeyHint="done"
              disabled={values.length >= max}
              value={typed}
              onChange={(event) =>
                /[,;]/.test(event.target.value) ? add(event.target.value) : setTyped(event.target.value)
              }
              onBlur={() => add(typed)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
                  event.preventDefault();
                  add(typed);
                } else if (event.key === 'Backspace' && typed === '' && values.length > 0) {
                  onChange(values.slice(0, -1));
                }
              }}
            />
          </div>
        )}
      </Field>
      <QuickPicks
        options={suggestions.filter((value) => !has(value))}
        onPick={(value) => values.length < max && onChange([...values, value])}
      />
    </div>
  );
}

/** Words that fill a field with one press. */
export function QuickPicks({ options, onPick }: { options: readonly string[]; onPick: (value: string) => void }) {
  if (options.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap gap-1.5">
      {options.map((option) => (
        <button
          key={option}
          type="button"
          className="min-h-8 rounded-full border border-dashed border-line px-3 text-sm text-muted hover:border-muted hover:text-ink"
          onClick={() => onPick(option)}
        >
          {option}
        </button>
      ))}
    </div>
  );
}
