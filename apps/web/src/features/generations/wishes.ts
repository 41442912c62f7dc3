import type { ContentType, DescriptionInput, ImageInput, StoryInput, TranslationInput } from '@octavo/contracts';
import type { TFunction } from 'i18next';

/** What was asked for besides title and prompt, as names and values for people. */
export function wishesOf(
  contentType: ContentType,
  input: unknown,
  t: TFunction,
  nameOf: (language: string) => string,
): Array<[string, string]> {
  if (input === null || input === undefined) return [];
  const rows: Array<[string, string | undefined]> = [];
  switch (contentType) {
    case 'story': {
      const wish = input as StoryInput;
      rows.push(
        [t('story.genre'), wish.genre],
        [t('story.audienceShort'), wish.audience && t(`story.audiences.${wish.audience}`)],
        [t('story.genderShort'), wish.readerGender && t(`story.genders.${wish.readerGender}`)],
        [t('story.values'), wish.values?.join(', ')],
        [t('story.characters'), wish.characters],
        [t('story.paragraphs'), wish.paragraphs?.toString()],
        [t('create.language'), wish.language && nameOf(wish.language)],
      );
      break;
    }
    case 'image': {
      const wish = input as ImageInput;
      rows.push(
        [t('image.shape'), wish.aspectRatio],
        [t('image.count'), wish.count?.toString()],
        [t('image.referencesShort'), wish.references?.length.toString()],
      );
      break;
    }
    case 'description': {
      const wish = input as DescriptionInput;
      rows.push(
        [t('description.length'), wish.length && t(`description.lengths.${wish.length}`)],
        [t('create.language'), wish.language && nameOf(wish.language)],
      );
      break;
    }
    case 'translation': {
      const wish = input as TranslationInput;
      rows.push(
        [t('translation.source'), wish.source ? nameOf(wish.source) : t('translation.detected')],
        [t('translation.target'), nameOf(wish.target)],
      );
      break;
    }
    default:
  }
  return rows.filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '');
}
