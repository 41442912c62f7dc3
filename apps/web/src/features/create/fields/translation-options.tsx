import { useTranslation } from 'react-i18next';
import { LanguagePicker } from '../../../components/form/language-picker.tsx';
import type { NewPiece } from '../new-piece.ts';
import { PromptField } from '../prompt-field.tsx';
import type { FieldsProps } from './fields-props.ts';

/** Between which languages and how, whatever the text is. */
export function TranslationOptions({ draft: { translation }, change, errorOf }: FieldsProps) {
  const { t } = useTranslation();
  const set = (part: Partial<NewPiece['translation']>): void => change({ translation: { ...translation, ...part } });
  return (
    <>
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
