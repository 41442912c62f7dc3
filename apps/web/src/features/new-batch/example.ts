import type { TFunction } from 'i18next';
import { emptyPiece } from '../create/new-piece.ts';
import type { BatchForm } from './template.ts';

/** The words of the catalogues cannot hold `{{…}}`, which they fill in themselves. */
const withPlaces = (text: string): string => text.replaceAll('[', '{{').replaceAll(']', '}}');

/** A form to try out; its CSV is `batch.exampleCsv`. */
export function exampleForm(t: TFunction): BatchForm {
  return {
    piece: {
      ...emptyPiece(),
      title: withPlaces(t('batch.exampleTitle')),
      prompt: withPlaces(t('batch.examplePrompt')),
    },
    name: t('batch.exampleName'),
    pace: '',
    cap: '',
  };
}
