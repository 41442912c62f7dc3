import { aspectRatios, descriptionLengths, maxImagesPerGeneration, maxPromptLength } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { Field } from '../../components/field.tsx';
import { LanguagePicker } from '../../components/language-picker.tsx';
import { Pills } from '../../components/pills.tsx';
import { PromptField } from '../create/prompt-field.tsx';
import type { FieldsProps } from '../create/fields.ts';
import type { NewPiece } from '../create/new-piece.ts';

/** The image is another one for each row, so its column is chosen instead of itself. */
export function DescriptionTemplate({
  draft: { description },
  change,
  errorOf,
  columns,
}: FieldsProps & { columns: string[] }) {
  const { t } = useTranslation();
  const set = (part: Partial<NewPiece['description']>): void => change({ description: { ...description, ...part } });
  const chosen = columns.find((column) => description.mediaId === `{{${column}}}`);
  return (
    <>
      <Field
        label={t('batch.template.imageColumn')}
        hint={t('batch.template.imageColumnHint')}
        error={errorOf('input.mediaId')}
      >
        {(control) => (
          <select
            {...control}
            className={`${control.className} select pr-9`}
            value={chosen ?? ''}
            onChange={({ target }) => set({ mediaId: target.value === '' ? '' : `{{${target.value}}}` })}
          >
            <option value="">{t('batch.template.noColumn')}</option>
            {columns.map((column) => (
              <option key={column} value={column}>
                {column}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Pills
        label={t('description.length')}
        value={description.length}
        options={[
          { value: '' as const, label: t('description.lengths.any') },
          ...descriptionLengths.map((value) => ({ value, label: t(`description.lengths.${value}`) })),
        ]}
        onChange={(length) => set({ length })}
      />
      <LanguagePicker
        label={t('create.language')}
        none={t('create.automaticLanguage')}
        hint={t('description.languageAny')}
        value={description.language}
        onChange={(language) => set({ language })}
      />
      <PromptField
        label={t('create.instructions')}
        error={errorOf('prompt')}
        rows={2}
        placeholder={t('description.instructionsPlaceholder')}
        value={description.instructions}
        onChange={(instructions) => set({ instructions })}
      />
    </>
  );
}

export function TranslationTemplate({ draft: { translation }, change, errorOf }: FieldsProps) {
  const { t } = useTranslation();
  const set = (part: Partial<NewPiece['translation']>): void =>
    change({ translation: { ...translation, from: 'text', ...part } });
  return (
    <>
      <div data-main="">
        <PromptField
          label={t('batch.template.textToTranslate')}
          hint={t('translation.textHint')}
          error={errorOf('input.text')}
          max={maxPromptLength}
          value={translation.text}
          onChange={(text) => set({ text })}
        />
      </div>
      <div className="grid gap-5 sm:grid-cols-2">
        <LanguagePicker
          label={t('translation.source')}
          none={t('translation.detect')}
          error={errorOf('input.source')}
          value={translation.source}
          onChange={(source) => set({ source })}
        />
        <LanguagePicker
          label={t('translation.target')}
          placeholder={t('translation.targetPlaceholder')}
          error={errorOf('input.target')}
          value={translation.target}
          onChange={(target) => set({ target })}
        />
      </div>
      <PromptField
        label={t('create.instructions')}
        error={errorOf('prompt')}
        rows={2}
        placeholder={t('translation.instructionsPlaceholder')}
        value={translation.instructions}
        onChange={(instructions) => set({ instructions })}
      />
    </>
  );
}

/** Shape and number are the same for all rows. */
export function ImageTemplate({ draft: { image }, change }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Pills
        label={t('image.shape')}
        value={image.aspectRatio}
        options={aspectRatios.map((value) => ({ value, label: value, name: t('image.ratio', { value }) }))}
        onChange={(aspectRatio) => change({ image: { ...image, aspectRatio } })}
      />
      <Pills
        label={t('image.count')}
        value={image.count}
        options={Array.from({ length: maxImagesPerGeneration }, (_, at) => ({
          value: at + 1,
          label: String(at + 1),
          name: t('image.countOf', { count: at + 1 }),
        }))}
        onChange={(count) => change({ image: { ...image, count } })}
      />
    </>
  );
}
