import type { MediaView } from '@octavo/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { Picture } from './picture.tsx';
import { mediaQueries } from './queries.ts';

/** One of the images that the person has. */
export default function ImageDialog({
  chosen,
  onChoose,
  onClose,
}: {
  chosen: string[];
  onChoose: (image: MediaView) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(mediaQueries.list(undefined));
  const images = list.data?.pages.flatMap(({ media }) => media) ?? [];
  return (
    <Dialog title={t('images.choose')} isWide onClose={onClose}>
      {list.isError && <Notice tone="bad">{errorMessage(list.error, t)}</Notice>}
      {list.isPending && <div className="skeleton h-40" aria-hidden="true" />}
      {list.data && images.length === 0 && <p className="text-muted">{t('images.none')}</p>}
      <ul className="grid grid-cols-3 gap-3 sm:grid-cols-4 md:grid-cols-5">
        {images.map((image) => (
          <li key={image.id}>
            <button
              type="button"
              className="block w-full overflow-hidden rounded-lg border border-line hover:border-accent aria-pressed:border-accent aria-pressed:ring-2 aria-pressed:ring-accent"
              aria-pressed={chosen.includes(image.id)}
              onClick={() => onChoose(image)}
            >
              <Picture
                image={image}
                variant="small"
                alt={image.alt || t('images.untitled')}
                className="aspect-square w-full object-cover"
              />
            </button>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button className="mt-4" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('images.more')}
        </Button>
      )}
    </Dialog>
  );
}
