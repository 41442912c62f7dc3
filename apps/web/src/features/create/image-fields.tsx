import { aspectRatios, maxImagesPerGeneration, maxReferenceImages } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { Pills } from '../../components/pills.tsx';
import { ImageChooser } from '../media/image-chooser.tsx';
import type { FieldsProps } from './fields.ts';
import type { NewPiece } from './new-piece.ts';

export default function ImageFields({ draft: { image }, change, errorOf }: FieldsProps) {
  const { t } = useTranslation();
  const set = (part: Partial<NewPiece['image']>): void => change({ image: { ...image, ...part } });
  return (
    <>
      <Pills
        label={t('image.shape')}
        value={image.aspectRatio}
        options={aspectRatios.map((value) => ({
          value,
          label: <Shape ratio={value} />,
          name: t('image.ratio', { value }),
        }))}
        onChange={(aspectRatio) => set({ aspectRatio })}
      />
      <Pills
        label={t('image.count')}
        value={image.count}
        options={Array.from({ length: maxImagesPerGeneration }, (_, at) => ({
          value: at + 1,
          label: String(at + 1),
          name: t('image.countOf', { count: at + 1 }),
        }))}
        onChange={(count) => set({ count })}
      />
      <ImageChooser
        label={t('image.references', { max: maxReferenceImages })}
        hint={t('image.referencesHint')}
        error={errorOf('input.references')}
        ids={image.references}
        max={maxReferenceImages}
        onChange={(references) => set({ references })}
      />
    </>
  );
}

/** The shape itself, drawn, with its name below. */
function Shape({ ratio }: { ratio: string }) {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  const unit = 26 / Math.max(width, height);
  return (
    <span className="flex w-9 flex-col items-center gap-1.5 py-2">
      <span className="flex h-7 items-center">
        <span
          className="block rounded-[3px] border-2 border-current"
          style={{ width: width * unit, height: height * unit }}
        />
      </span>
      <span className="text-xs tabular-nums">{ratio}</span>
    </span>
  );
}
