import { audiences, maxParagraphs, readerGenders } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../components/form/field.tsx';
import { LanguagePicker } from '../../../components/form/language-picker.tsx';
import { Pills } from '../../../components/pills.tsx';
import { QuickPicks, TagInput } from '../../../components/form/tag-input.tsx';
import type { FieldsProps } from './fields-props.ts';
import type { NewPiece } from '../new-piece.ts';
import { PromptField } from '../prompt-field.tsx';

export default function StoryFields({ draft: { story }, change, errorOf }: FieldsProps) {
  const { t } = useTranslation();
  const set = (part: Partial<NewPiece['story']>): void => change({ story: { ...story, ...part } });
  const any = { value: '' as const, label: t('story.any') };
  return (
    <>
      <p className="border-t border-line pt-5 text-sm text-muted">{t('create.optional')}</p>
      <div>
        <Field label={t('story.genre')} error={errorOf('input.genre')}>
          {(control) => (
            <input
              {...control}
              maxLength={80}
              autoComplete="off"
              placeholder={t('story.genrePlaceholder')}
              value={story.genre}
              onChange={(event) => set({ genre: event.target.value })}
            />
          )}
        </Field>
        <QuickPicks
          options={story.genre === '' ? Object.values(t('story.genres', { returnObjects: true })) : []}
          onPick={(genre) => set({ genre })}
        />
      </div>
      <Pills
        label={t('story.audience')}
        value={story.audience}
        options={[
          { ...any, label: t('story.anyone') },
          ...audiences.map((value) => ({ value, label: t(`story.audiences.${value}`) })),
        ]}
        onChange={(audience) => set({ audience })}
      />
      <Pills
        label={t('story.gender')}
        value={story.readerGender}
        options={[any, ...readerGenders.map((value) => ({ value, label: t(`story.genders.${value}`) }))]}
        onChange={(readerGender) => set({ readerGender })}
      />
      <TagInput
        label={t('story.values')}
        hint={t('story.valuesHint')}
        error={errorOf('input.values')}
        values={story.values}
        suggestions={Object.values(t('story.valueIdeas', { returnObjects: true }))}
        max={10}
        maxLength={80}
        onChange={(values) => set({ values })}
      />
      <PromptField
        label={t('story.characters')}
        error={errorOf('input.characters')}
        rows={2}
        max={4000}
        placeholder={t('story.charactersPlaceholder')}
        value={story.characters}
        onChange={(characters) => set({ characters })}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          label={t('story.paragraphs')}
          hint={t('story.paragraphsHint', { max: maxParagraphs })}
          error={errorOf('input.paragraphs')}
        >
          {(control) => (
            <input
              {...control}
              type="number"
              inputMode="numeric"
              min={1}
              max={maxParagraphs}
              step={1}
              placeholder={t('story.paragraphsPlaceholder')}
              value={story.paragraphs}
              onChange={(event) => set({ paragraphs: event.target.value })}
            />
          )}
        </Field>
        <LanguagePicker
          label={t('create.language')}
          none={t('create.automaticLanguage')}
          hint={t('create.languageOfPrompt')}
          error={errorOf('input.language')}
          value={story.language}
          onChange={(language) => set({ language })}
        />
      </div>
      <PromptField
        label={t('create.instructions')}
        error={errorOf('instructions')}
        rows={2}
        max={4000}
        placeholder={t('story.instructionsPlaceholder')}
        value={story.instructions}
        onChange={(instructions) => set({ instructions })}
      />
    </>
  );
}
