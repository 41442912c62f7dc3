import type { MediaView } from '@octavo/contracts';
import { useQueries } from '@tanstack/react-query';
import { Images, X } from 'lucide-react';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { DropZone } from './drop-zone.tsx';
import { Picture } from './picture.tsx';
import { mediaQueries } from './queries.ts';
import { useUploads } from './use-uploads.ts';

const ImageDialog = lazy(() => import('./image-dialog.tsx'));

/** Up to `max` images of the person, uploaded here or chosen among those there are. */
export function ImageChooser({
  label,
  hint,
  error,
  ids,
  max,
  onChange,
}: {
  label: string;
  hint?: string;
  error?: string | undefined;
  ids: string[];
  max: number;
  /** `name` is that of the file, when one has just been uploaded. */
  onChange: (ids: string[], name?: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [isChoosing, setIsChoosing] = useState(false);
  const images = useQueries({ queries: ids.map((each) => mediaQueries.one(each)) });
  const add = (image: Pick<MediaView, 'id'>, name?: string): void => {
    if (!ids.includes(image.id)) onChange([...ids, image.id].slice(-max), name);
  };
  const { uploads, add: upload, remove } = useUploads(add);
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');

  return (
    <fieldset className="space-y-2">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      {ids.length > 0 && (
        <ul className="flex flex-wrap gap-3">
          {ids.map((each, at) => {
            const image = images[at]?.data;
            return (
              <li key={each} className="relative">
                {image ? (
                  <Picture
                    image={image}
                    variant={max === 1 ? 'large' : 'small'}
                    alt={image.alt || t('images.untitled')}
                    className={`rounded-xl border border-line object-contain ${max === 1 ? 'max-h-72 w-auto max-w-full' : 'size-28'}`}
                  />
                ) : images[at]?.isError ? (
                  <p className="flex size-28 items-center justify-center rounded-xl border border-line p-2 text-center text-xs text-bad">
                    {t('field.noImage')}
                  </p>
                ) : (
                  <div className="skeleton size-28" aria-hidden="true" />
                )}
                <button
                  type="button"
                  className="absolute top-1.5 right-1.5 rounded-full border border-line bg-raised/95 p-2 shadow-card hover:text-bad"
                  aria-label={t('images.remove', { name: image?.alt || t('images.untitled') })}
                  onClick={() => onChange(ids.filter((other) => other !== each))}
                >
                  <X size={15} aria-hidden="true" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {(ids.length < max || uploads.length > 0) && (
        <DropZone
          uploads={uploads}
          isMultiple={max > 1}
          isInvalid={error !== undefined}
          describedBy={described || undefined}
          onFiles={(files) => upload(files.slice(0, Math.max(1, max - ids.length)))}
          onDismiss={remove}
        >
          <Button onClick={() => setIsChoosing(true)}>
            <Images size={16} aria-hidden="true" /> {t('images.fromMine')}
          </Button>
        </DropZone>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm text-bad">
          {error}
        </p>
      )}
      {isChoosing && (
        <Suspense>
          <ImageDialog
            chosen={ids}
            onChoose={(image) => {
              add(image);
              // What did not work before is of no use any more.
              for (const { id: failed, error: reason } of uploads) if (reason !== undefined) remove(failed);
              setIsChoosing(false);
            }}
            onClose={() => setIsChoosing(false)}
          />
        </Suspense>
      )}
    </fieldset>
  );
}
