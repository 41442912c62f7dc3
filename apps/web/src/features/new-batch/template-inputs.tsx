import { maxPromptLength } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { Field } from '../../components/form/field.tsx';
import { DescriptionOptions } from '../create/fields/description-options.tsx';
import type { FieldsProps } from '../create/fields/fields-props.ts';
import { ImageOptions } from '../create/fields/image-options.tsx';
import { TranslationOptions } from '../create/fields/translation-options.tsx';
import { PromptField } from '../create/prompt-field.tsx';

/** The image is another one for each row, so its column is chosen instead of itself. */
export function DescriptionTemplate({ columns, ...fields }: FieldsProps & { columns: string[] }) {
  const { t } = useTranslation();
  const {
    draft: { description },
    change,
    errorOf,
  } = fields;
  const setImage = (mediaId: string): void => change({ description: { ...description, mediaId } });
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
            onChange={({ target }) => setImage(target.value === '' ? '' : `{{${target.value}}}`)}
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
      <DescriptionOptions {...fields} instructionRows={2} />
    </>
  );
}

export function TranslationTemplate(props: FieldsProps) {
  const { t } = useTranslation();
  const {
    draft: { translation },
    change,
    errorOf,
  } = props;
  return (
    <>
      <div data-main="">
        <PromptField
          label={t('batch.template.textToTranslate')}
          hint={t('translation.textHint')}
          error={errorOf('input.text')}
          max={maxPromptLength}
          value={translation.text}
          onChange={(text) => change({ translation: { ...translation, text } })}
        />
      </div>
      <TranslationOptions {...props} />
    </>
  );
}

/** Shape and number are the same for all rows. */
export function ImageTemplate(props: FieldsProps) {
  return <ImageOptions {...props} shapeLabel={(ratio) => ratio} />;
}
