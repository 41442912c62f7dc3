import { descriptionLengths } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { LanguagePicker } from '../../../components/form/language-picker.tsx';
import { Pills } from '../../../components/pills.tsx';
import type { NewPiece } from '../new-piece.ts';
import { PromptField } from '../prompt-field.tsx';
import type { FieldsProps } from './fields-props.ts';

/** How an image is described, whichever image it is. */
export function DescriptionOptions({
  draft: { description },
  change,
  errorOf,
  instructionRows,
}: FieldsProps & { instructionRows: number }) {
  const { t } = useTranslation();
  const set = (part: Partial<NewPiece['description']>): void => change({ description: { ...description, ...part } });
  return (
    <>
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
        error={errorOf('input.language')}
        value={description.language}
        onChange={(language) => set({ language })}
      />
      <PromptField
        label={t('create.instructions')}
        error={errorOf('prompt')}
        rows={instructionRows}
        placeholder={t('description.instructionsPlaceholder')}
        value={description.instructions}
        onChange={(instructions) => set({ instructions })}
      />
    </>
  );
}
