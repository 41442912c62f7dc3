import { useTranslation } from 'react-i18next';
import { ImageChooser } from '../../media/image-chooser.tsx';
import { DescriptionOptions } from './description-options.tsx';
import type { FieldsProps } from './fields-props.ts';

export default function DescriptionFields(props: FieldsProps) {
  const { t } = useTranslation();
  const {
    draft: { description },
    change,
    errorOf,
  } = props;
  return (
    <>
      <ImageChooser
        label={t('description.image')}
        error={errorOf('input.mediaId')}
        ids={description.mediaId === '' ? [] : [description.mediaId]}
        max={1}
        onChange={([mediaId = ''], imageName = '') => change({ description: { ...description, mediaId, imageName } })}
      />
      <DescriptionOptions {...props} instructionRows={3} />
    </>
  );
}
