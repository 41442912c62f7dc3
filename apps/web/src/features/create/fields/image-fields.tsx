import { maxReferenceImages } from '@octavo/contracts/names';
import { useTranslation } from 'react-i18next';
import { ImageChooser } from '../../media/image-chooser.tsx';
import type { FieldsProps } from './fields-props.ts';
import { ImageOptions } from './image-options.tsx';

export default function ImageFields(props: FieldsProps) {
  const { t } = useTranslation();
  const {
    draft: { image },
    change,
    errorOf,
  } = props;
  return (
    <>
      <ImageOptions {...props} shapeLabel={(ratio) => <Shape ratio={ratio} />} />
      <ImageChooser
        label={t('image.references', { max: maxReferenceImages })}
        hint={t('image.referencesHint')}
        error={errorOf('input.references')}
        ids={image.references}
        max={maxReferenceImages}
        onChange={(references) => change({ image: { ...image, references } })}
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
