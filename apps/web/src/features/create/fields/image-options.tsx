import { aspectRatios, maxImagesPerGeneration } from '@octavo/contracts/names';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Pills } from '../../../components/pills.tsx';
import type { FieldsProps } from './fields-props.ts';

/** Shape and number. `shapeLabel` is what a shape looks like here; its name is said all the same. */
export function ImageOptions({
  draft: { image },
  change,
  shapeLabel,
}: Pick<FieldsProps, 'draft' | 'change'> & { shapeLabel: (ratio: string) => ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <Pills
        label={t('image.shape')}
        value={image.aspectRatio}
        options={aspectRatios.map((value) => ({
          value,
          label: shapeLabel(value),
          name: t('image.ratio', { value }),
        }))}
        onChange={(aspectRatio) => change({ image: { ...image, aspectRatio } })}
      />
      <Pills
        label={t('image.count')}
        value={image.count}
        options={Array.from({ length: maxImagesPerGeneration }, (_, at) => ({
          value: at + 1,
          label: String(at + 1),
          name: t('image.countOf', { count: at + 1 }),
        }))}
        onChange={(count) => change({ image: { ...image, count } })}
      />
    </>
  );
}
