import { maxTitleLength } from '@octavo/contracts/names';
import type { TFunction } from 'i18next';
import { lazy, Suspense, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../components/form/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { PromptField } from '../create/prompt-field.tsx';
import type { FieldsProps } from '../create/fields/fields-props.ts';
import { DescriptionTemplate, ImageTemplate, TranslationTemplate } from './template-inputs.tsx';
import { placesOf } from './template.ts';

const StoryFields = lazy(() => import('../create/fields/story-fields.tsx'));

type TextControl = HTMLInputElement | HTMLTextAreaElement;

/** The texts of a template, and the columns that can be put into them. */
export function TemplateFields({
  columns,
  ...fields
}: FieldsProps & {
  /** Undefined as long as there is no table. */
  columns: string[] | undefined;
}) {
  const { t } = useTranslation();
  const { draft, change, errorOf } = fields;
  const { contentType } = draft;
  const section = useRef<HTMLDivElement>(null);
  const lastFocused = useRef<TextControl>(null);
  const places = placesOf(draft);
  const unknown = columns ? places.filter((place) => !columns.includes(place)) : [];

  /** Where the caret was last, or else at the end of the text that matters most. */
  function insert(column: string): void {
    const last = lastFocused.current?.isConnected ? lastFocused.current : null;
    const control = last ?? section.current?.querySelector<TextControl>('[data-main] textarea, textarea');
    if (!control) return;
    const [start, end] = last
      ? [control.selectionStart ?? control.value.length, control.selectionEnd ?? control.value.length]
      : [control.value.length, control.value.length];
    control.setRangeText(`{{${column}}}`, start, end, 'end');
    control.dispatchEvent(new Event('input', { bubbles: true }));
    control.focus();
  }

  return (
    <div
      ref={section}
      className="space-y-6"
      onFocus={({ target }) => {
        const isText =
          target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && isTextInput(target));
        if (isText) lastFocused.current = target;
      }}
    >
      <div className="rounded-xl border border-line bg-raised p-4">
        <p className="mb-3 text-sm font-medium" id="columns">
          {t('batch.template.columns')}
        </p>
        {columns ? (
          <div role="group" aria-labelledby="columns" className="flex flex-wrap gap-2">
            {columns.map((column) => (
              <button
                key={column}
                type="button"
                aria-label={t('batch.template.insert', { column })}
                className={`min-h-9 max-w-full truncate rounded-lg border px-3 font-mono text-sm hover:border-muted ${places.includes(column) ? 'border-accent bg-accent-soft' : 'border-line'}`}
                onClick={() => insert(column)}
              >
                {`{{${column}}}`}
              </button>
            ))}
          </div>
        ) : (
          <p className="text-sm text-muted">{t('batch.template.noColumns')}</p>
        )}
        {/* Said while one types; to be read at the field itself. */}
        <div role="status" className="sr-only">
          {columns && unknown.length > 0 && unknownText(unknown, columns, t)}
        </div>
      </div>
      <Field label={t('batch.template.pieceTitle')} error={errorOf('title')}>
        {(control) => (
          <input
            {...control}
            maxLength={maxTitleLength * 2}
            autoComplete="off"
            value={draft.title}
            onChange={(event) => change({ title: event.target.value })}
          />
        )}
      </Field>
      {contentType !== 'description' && contentType !== 'translation' && (
        <div data-main="">
          <PromptField
            label={t('batch.template.prompt')}
            error={errorOf('prompt')}
            value={draft.prompt}
            onChange={(prompt) => change({ prompt })}
          />
        </div>
      )}
      {contentType === 'story' && (
        <Suspense fallback={<div className="skeleton h-40" aria-hidden="true" />}>
          <StoryFields {...fields} />
        </Suspense>
      )}
      {contentType === 'image' && <ImageTemplate {...fields} />}
      {contentType === 'description' && <DescriptionTemplate {...fields} columns={columns ?? []} />}
      {contentType === 'translation' && <TranslationTemplate {...fields} />}
      {columns && places.length === 0 && (draft.prompt !== '' || draft.translation.text !== '') && (
        <Notice>{t('batch.template.unused')}</Notice>
      )}
    </div>
  );
}

/** That the table has no such columns, and which it has. */
export function unknownText(names: string[], columns: string[], t: TFunction): string {
  return t('batch.template.unknown', {
    names: names.map((name) => `{{${name}}}`).join(', '),
    columns: columns.join(', '),
  });
}

function isTextInput(input: HTMLInputElement): boolean {
  return input.type === 'text' && input.getAttribute('role') !== 'combobox' && input.inputMode === '';
}
