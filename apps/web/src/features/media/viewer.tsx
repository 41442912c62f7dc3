import type { MediaView } from '@octavo/contracts';
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Picture } from './picture.tsx';

const buttonClass = 'rounded-full bg-black/60 p-3 text-white hover:bg-black/80 disabled:opacity-30';

/** One image over the whole window; arrow keys lead to the others. */
export default function Viewer({
  images,
  first,
  onClose,
}: {
  images: MediaView[];
  first: number;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [at, setAt] = useState(first);
  const image = images[at] ?? images[0];
  if (!image) return null;
  const go = (step: number): void => setAt(Math.min(Math.max(0, at + step), images.length - 1));
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-black/90" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-0 z-50 flex flex-col items-center justify-center p-4 outline-none"
          onKeyDown={(event) => {
            if (event.key === 'ArrowLeft') go(-1);
            if (event.key === 'ArrowRight') go(1);
          }}
        >
          <Dialog.Title className="sr-only">
            {t('images.nOf', { n: at + 1, count: images.length })} {image.alt}
          </Dialog.Title>
          <Picture key={image.id} image={image} className="max-h-full max-w-full object-contain !bg-transparent" />
          <div className="absolute top-4 right-4 flex gap-2">
            <a href={image.urls.original} download className={buttonClass} aria-label={t('images.download')}>
              <Download size={20} aria-hidden="true" />
            </a>
            <Dialog.Close className={buttonClass} aria-label={t('dialog.close')}>
              <X size={20} aria-hidden="true" />
            </Dialog.Close>
          </div>
          {images.length > 1 && (
            <>
              <button
                type="button"
                className={`${buttonClass} absolute top-1/2 left-4 -translate-y-1/2`}
                aria-label={t('images.previous')}
                disabled={at === 0}
                onClick={() => go(-1)}
              >
                <ChevronLeft size={22} aria-hidden="true" />
              </button>
              <button
                type="button"
                className={`${buttonClass} absolute top-1/2 right-4 -translate-y-1/2`}
                aria-label={t('images.next')}
                disabled={at === images.length - 1}
                onClick={() => go(1)}
              >
                <ChevronRight size={22} aria-hidden="true" />
              </button>
            </>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
