import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLanguageName } from '../../lib/use-languages.ts';
import { contentQueries } from '../content/queries.ts';
import { mediaQueries } from '../media/queries.ts';
import type { NewPiece } from './new-piece.ts';
import { shortened } from './to-body.ts';

/** A title for what was given none: from what it is made from. */
export function useFallbackTitle({ contentType, prompt, description, translation }: NewPiece): string {
  const { t } = useTranslation();
  const { nameOf } = useLanguageName();
  const mediaId = contentType === 'description' ? description.mediaId : '';
  const pieceId = contentType === 'translation' && translation.from === 'piece' ? translation.contentId : '';
  const image = useQuery(mediaQueries.one(mediaId)).data;
  const piece = useQuery({ ...contentQueries.one(pieceId), enabled: pieceId !== '' }).data;
  if (contentType === 'image') return shortened(prompt) || t('types.image');
  if (contentType === 'description')
    return shortened(image?.alt ?? '') || shortened(withoutExtension(description.imageName)) || t('types.description');
  const source = piece?.title ?? shortened(translation.text, 60);
  if (source === '' || translation.target === '') return source || t('types.translation');
  return `${source} (${nameOf(translation.target)})`.slice(0, 200);
}

/** `Old_harbour.final.jpeg` → `Old harbour.final` */
function withoutExtension(fileName: string): string {
  return fileName
    .replace(/\.\w{1,5}$/, '')
    .replaceAll('_', ' ')
    .trim();
}
