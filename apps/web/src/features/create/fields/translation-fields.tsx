import { maxBodyLength } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { Pills } from '../../../components/pills.tsx';
import type { FieldsProps } from './fields-props.ts';
import type { NewPiece } from '../new-piece.ts';
import { PiecePicker } from '../piece-picker.tsx';
import { PromptField } from '../prompt-field.tsx';
import { TranslationOptions } from './translation-options.tsx';

export default function TranslationFields(props: FieldsProps) {
  const { t } = useTranslation();
  const {
    draft: { translation },
    change,
    errorOf,
  } = props;
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
      <TranslationOptions {...props} />
    </>
  );
}
