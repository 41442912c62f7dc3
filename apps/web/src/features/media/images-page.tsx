import type { MediaOrigin, MediaView } from '@octavo/contracts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download, ScanEye, Trash2, WandSparkles } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { formatBytes, formatDay } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { useTitle } from '../../lib/use-title.ts';
import { AltForm } from './alt-form.tsx';
import { DropZone } from './drop-zone.tsx';
import { Picture } from './picture.tsx';
import { mediaQueries } from './queries.ts';
import { useUploads } from './use-uploads.ts';

const Viewer = lazy(() => import('./viewer.tsx'));
const route = getRouteApi('/app/images');
const origins: Array<MediaOrigin | undefined> = [undefined, 'upload', 'generated'];

/** All images of the person: uploaded, and made by a generation. */
export function ImagesPage() {
  const { t } = useTranslation();
  const { origin } = route.useSearch();
  const list = useInfiniteQuery(mediaQueries.list(origin));
  const images = list.data?.pages.flatMap(({ media }) => media) ?? [];
  const { uploads, add, remove } = useUploads(() => toast(t('upload.done')));
  const [open, setOpen] = useState<number>();
  useTitle(t('nav.images'));

  return (
    <>
      <div className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <div>
          <PageTitle className="font-serif text-3xl font-semibold">{t('nav.images')}</PageTitle>
          <p className="mt-1 text-sm text-muted">{t('images.keptHint')}</p>
        </div>
        <nav aria-label={t('images.filter')} className="flex gap-1 rounded-lg bg-sunken p-1">
          {origins.map((each) => (
            <Link
              key={each ?? 'all'}
              to="/images"
              search={each ? { origin: each } : {}}
              aria-current={each === origin ? 'page' : undefined}
              className="flex min-h-9 items-center rounded-md px-3 text-sm text-muted hover:text-ink aria-[current]:bg-raised aria-[current]:font-medium aria-[current]:text-ink aria-[current]:shadow-card"
            >
              {t(`images.origin.${each ?? 'all'}`)}
            </Link>
          ))}
        </nav>
      </div>

      {origin !== 'generated' && (
        <div className="mb-6">
          <DropZone uploads={uploads} isMultiple onFiles={add} onDismiss={remove} />
        </div>
      )}
      {list.isError && (
        <Notice tone="bad">
          <p>{errorMessage(list.error, t)}</p>
          <Button className="mt-2" onClick={() => void list.refetch()}>
            {t('error.tryAgain')}
          </Button>
        </Notice>
      )}
      {list.isPending && (
        <div className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3" aria-hidden="true">
          {Array.from({ length: 6 }, (_, at) => (
            <div key={at} className="skeleton aspect-[4/3] rounded-xl" />
          ))}
        </div>
      )}
      {list.data && images.length === 0 && (
        <Empty title={t('images.empty')} text={t('images.emptyText')}>
          <Link to="/new" search={{ kind: 'image' }} className={buttonClass('primary')}>
            <WandSparkles size={17} aria-hidden="true" /> {t('images.make')}
          </Link>
        </Empty>
      )}
      <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
        {images.map((image, at) => (
          <ImageCard key={image.id} image={image} onOpen={() => setOpen(at)} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="mt-8 text-center">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('images.more')}
          </Button>
        </div>
      )}
      {open !== undefined && (
        <Suspense>
          <Viewer images={images} first={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}

function ImageCard({ image, onOpen }: { image: MediaView; onOpen: () => void }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const name = image.alt || t('images.untitled');
  const remove = useMutation({
    mutationFn: () => client.deleteMedia(image.id),
    async onSuccess() {
      setIsAsking(false);
      queries.removeQueries({ queryKey: mediaQueries.one(image.id).queryKey });
      await queries.invalidateQueries({ queryKey: ['media', 'list'] });
      toast(t('images.deleted'));
    },
  });

  return (
    <li className="flex flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-card">
      <button
        type="button"
        className="block cursor-zoom-in"
        aria-label={t('images.openNamed', { name })}
        onClick={onOpen}
      >
        <Picture image={image} variant="large" alt={name} className="aspect-[4/3] w-full object-cover" />
      </button>
      <div className="flex flex-1 flex-col gap-2 p-4">
        <AltForm image={image} />
        <p className="mt-auto text-xs text-muted">
          {t(`images.origin.${image.origin}`)} · {image.width} × {image.height} ·{' '}
          {formatBytes(image.bytes, i18n.language)} · {formatDay(image.createdAt, i18n.language)}
        </p>
        <div className="-mx-2 flex items-center">
          <Link
            to="/new"
            search={{ kind: 'description', image: image.id }}
            className={buttonClass('quiet', 'px-2!')}
            title={t('images.describeTitle')}
          >
            <ScanEye size={16} aria-hidden="true" /> {t('images.describe')}
          </Link>
          <Link
            to="/new"
            search={{ kind: 'image', image: image.id }}
            className={buttonClass('quiet', 'px-2!')}
            title={t('images.useTitle')}
          >
            <WandSparkles size={16} aria-hidden="true" /> {t('images.use')}
          </Link>
          <a
            href={image.urls.original}
            download
            className={buttonClass('quiet', 'ml-auto px-2.5!')}
            aria-label={t('images.downloadNamed', { name })}
            title={t('images.download')}
          >
            <Download size={16} aria-hidden="true" />
          </a>
          <Button
            look="danger"
            className="px-2.5!"
            aria-label={t('images.deleteNamed', { name })}
            title={t('detail.delete')}
            onClick={() => setIsAsking(true)}
          >
            <Trash2 size={16} aria-hidden="true" />
          </Button>
        </div>
      </div>
      {isAsking && (
        <Dialog title={t('images.deleteTitle')} text={t('images.deleteText')} onClose={() => setIsAsking(false)}>
          {remove.isError && <Notice tone="bad">{errorMessage(remove.error, t, i18n.language)}</Notice>}
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <Button onClick={() => setIsAsking(false)}>{t('detail.cancel')}</Button>
            {!remove.isError && (
              <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
                <Trash2 size={16} aria-hidden="true" /> {t('detail.delete')}
              </Button>
            )}
          </div>
        </Dialog>
      )}
    </li>
  );
}
