import { maxBodyLength } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { LanguagePicker } from '../../components/language-picker.tsx';
import { Pills } from '../../components/pills.tsx';
import type { FieldsProps } from './fields.ts';
import type { NewPiece } from './new-piece.ts';
import { PiecePicker } from './piece-picker.tsx';
import { PromptField } from './prompt-field.tsx';

export default function TranslationFields({ draft: { translation }, change, errorOf }: FieldsProps) {
  const { t } = useTranslation();
  const set = (part: Partial<NewPiece['translation']>): void => change({ translation: { ...translation, ...part } });
  return (
    <>
      <Pills
        label={t('translation.from')}
        value={translation.from}
        options={[
          { value: 'text', label: t('translation.fromText') },
          { value: 'piece', label: t('translation.fromPiece') },
        ]}
        onChange={(from) => set({ from })}
      />
      {translation.from === 'text' ? (
        <PromptField
          label={t('translation.text')}
          hint={t('translation.textHint')}
          error={errorOf('input.text')}
          rows={8}
          max={maxBodyLength}
          value={translation.text}
          onChange={(text) => set({ text })}
          isFirst
        />
      ) : (
        <PiecePicker
          label={t('translation.piece')}
          hint={t('translation.pieceHint')}
          error={errorOf('input.contentId')}
          value={translation.contentId}
          onChange={(contentId) => set({ contentId })}
        />
      )}
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
