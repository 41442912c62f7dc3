import { descriptionLengths } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { LanguagePicker } from '../../components/language-picker.tsx';
import { Pills } from '../../components/pills.tsx';
import { ImageChooser } from '../media/image-chooser.tsx';
import type { FieldsProps } from './fields.ts';
import type { NewPiece } from './new-piece.ts';
import { PromptField } from './prompt-field.tsx';

export default function DescriptionFields({ draft: { description }, change, errorOf }: FieldsProps) {
  const { t } = useTranslation();
  const set = (part: Partial<NewPiece['description']>): void => change({ description: { ...description, ...part } });
  return (
    <>
      <ImageChooser
        label={t('description.image')}
        error={errorOf('input.mediaId')}
        ids={description.mediaId === '' ? [] : [description.mediaId]}
        max={1}
        onChange={([mediaId = '']) => set({ mediaId })}
      />
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
        rows={3}
        placeholder={t('description.instructionsPlaceholder')}
        value={description.instructions}
        onChange={(instructions) => set({ instructions })}
      />
    </>
  );
}
