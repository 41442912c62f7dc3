import { Check, ChevronsUpDown } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface Choice {
  value: string;
  label: string;
  detail?: string;
  /** What it is found by; its label without this. */
  keywords?: string;
}

interface Control {
  id: string;
  className: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** A choice among many, found by typing (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). */
export function Combobox({
  control,
  value,
  options,
  placeholder,
  onChange,
  footer,
}: {
  control: Control;
  value: string;
  options: readonly Choice[];
  placeholder?: string;
  onChange: (value: string) => void;
  /** Below the list, e.g. the way to more. */
  footer?: { label: string; onSelect: () => void } | undefined;
}) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const [typed, setTyped] = useState<string>();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const chosen = options.find((option) => option.value === value);
  const words = plain(typed ?? '')
    .split(/\s+/)
    .filter(Boolean);
  const found = options.filter(({ label, keywords = label }) => {
    const text = plain(keywords);
    return words.every((word) => text.includes(word));
  });
  // A name that begins with what was typed comes before one that only holds it.
  if (words[0] !== undefined)
    found.sort((a, b) => Number(plain(b.label).startsWith(words[0]!)) - Number(plain(a.label).startsWith(words[0]!)));
  const current = Math.min(at, found.length - 1);

  useEffect(() => {
    if (isOpen) list.current?.querySelector('[data-current]')?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, current]);

  function open(): void {
    if (isOpen) return;
    setIsOpen(true);
    setAt(
      Math.max(
        0,
        options.findIndex((option) => option.value === value),
      ),
    );
  }
  function close(): void {
    setIsOpen(false);
    setTyped(undefined);
  }
  function choose(option: Choice | undefined): void {
    if (option) onChange(option.value);
    close();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (isOpen) setAt((current + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % Math.max(1, found.length));
      else open();
    } else if (event.key === 'Enter' && isOpen && !event.ctrlKey && !event.metaKey) choose(found[current]);
    else if (event.key === 'Escape' && isOpen) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="relative">
      <input
        {...control}
        className={`${control.className} pr-10`}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${control.id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found[current] ? `${control.id}-${current}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={typed ?? chosen?.label ?? ''}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
          setIsOpen(true);
        }}
        onClick={open}
        onFocus={(event) => event.target.select()}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <ChevronsUpDown
        size={16}
        className="pointer-events-none absolute top-3.5 right-3 text-muted"
        aria-hidden="true"
      />
      {isOpen && (
        <div className="absolute inset-x-0 top-full z-40 mt-1 overflow-hidden rounded-xl border border-line bg-raised shadow-float">
          <div
            ref={list}
            id={`${control.id}-list`}
            role="listbox"
            aria-label={t('combobox.choices')}
            className="max-h-72 overflow-y-auto p-1.5"
          >
            {found.map((option, index) => (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the input keeps the focus and hears the keys
              <div
                key={option.value}
                id={`${control.id}-${index}`}
                role="option"
                aria-selected={option.value === value}
                data-current={index === current ? '' : undefined}
                className="flex min-h-10 cursor-pointer items-center gap-2 rounded-md px-3 py-1.5 text-sm data-current:bg-sunken"
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(option)}
              >
                <span className="min-w-0 truncate">{option.label}</span>
                {option.detail && <span className="ml-auto shrink-0 pl-2 text-xs text-muted">{option.detail}</span>}
                {option.value === value && (
                  <Check
                    size={15}
                    className={`shrink-0 text-accent ${option.detail ? '' : 'ml-auto'}`}
                    aria-hidden="true"
                  />
                )}
              </div>
            ))}
          </div>
          {found.length === 0 && <p className="px-4 pb-3 text-sm text-muted">{t('combobox.nothing')}</p>}
          {footer && (
            <button
              type="button"
              tabIndex={-1}
              className="w-full border-t border-line px-4 py-2.5 text-left text-sm font-medium text-accent hover:bg-sunken"
              onPointerDown={(event) => event.preventDefault()}
              onClick={footer.onSelect}
            >
              {footer.label}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
