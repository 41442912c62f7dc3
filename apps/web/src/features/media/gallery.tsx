import type { MediaView } from '@octavo/contracts';
import { Download, Expand } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AltForm } from './alt-form.tsx';
import { Picture } from './picture.tsx';

const Viewer = lazy(() => import('./viewer.tsx'));
const iconClass = 'rounded-lg border border-line bg-raised/95 p-2.5 shadow-card hover:border-muted';

/**
 * The images of a piece, with an empty frame for each that is still to come. `aspectRatio` is that of the frames,
 * e.g. `16:9`.
 */
export function Gallery({
  images,
  awaited,
  aspectRatio,
}: {
  images: MediaView[];
  awaited: number;
  aspectRatio: string;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number>();
  const missing = Math.max(0, awaited - images.length);
  const isOne = Math.max(images.length, awaited) <= 1;
  const ratio = aspectRatio.replace(':', ' / ');
  return (
    <>
      <ul className={`grid gap-5 ${isOne ? '' : 'sm:grid-cols-2'}`}>
        {images.map((image, at) => (
          <li key={image.id} className="min-w-0">
            <figure>
              {/* As wide as its image, whose edge is where the buttons are. */}
              <div className={isOne ? 'relative w-fit' : 'relative'}>
                <button
                  type="button"
                  className={`block cursor-zoom-in rounded-xl ${isOne ? '' : 'w-full'}`}
                  aria-label={t('images.openNamed', { name: image.alt || t('images.untitled') })}
                  onClick={() => setOpen(at)}
                >
                  <Picture
                    image={image}
                    className={`fade-in h-auto rounded-xl ${isOne ? 'max-h-[75dvh] w-auto max-w-full' : 'w-full'}`}
                  />
                </button>
                <div className="absolute right-2.5 bottom-2.5 flex gap-1.5">
                  <span className={`${iconClass} pointer-events-none`} aria-hidden="true">
                    <Expand size={17} />
                  </span>
                  <a
                    href={image.urls.original}
                    download
                    className={iconClass}
                    aria-label={t('images.downloadN', { n: at + 1 })}
                    title={t('images.download')}
                  >
                    <Download size={17} aria-hidden="true" />
                  </a>
                </div>
              </div>
              <figcaption className="mt-1.5">
                <AltForm image={image} />
              </figcaption>
            </figure>
          </li>
        ))}
        {Array.from({ length: missing }, (_, at) => (
          <li key={`frame-${at}`} aria-hidden="true" data-testid="frame">
            <div className="skeleton max-h-[75dvh] w-full rounded-xl" style={{ aspectRatio: ratio }} />
          </li>
        ))}
      </ul>
      {open !== undefined && (
        <Suspense>
          <Viewer images={images} first={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}
