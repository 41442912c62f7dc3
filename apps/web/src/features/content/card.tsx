import type { ContentView } from '@octavo/contracts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { TypeIcon } from '../../components/type-icon.tsx';
import { excerpt } from '../../lib/excerpt.ts';
import { formatDate } from '../../lib/format.ts';
import { useGeneration } from '../generations/use-generation.ts';
import { Picture } from '../media/picture.tsx';
import { Badge } from './badges.tsx';

/** A piece in the library. One that is being made shows how far it is. */
export function Card({ content }: { content: ContentView }) {
  const { t, i18n } = useTranslation();
  const isRunning = content.generationStatus === 'pending' || content.generationStatus === 'processing';
  const live = useGeneration(content.jobId, isRunning);
  const status = live?.status ?? content.generationStatus;
  const text = (isRunning && live?.text) || content.generatedText;
  const images = isRunning && live && live.images.length > 0 ? live.images : content.images;
  const isImage = content.contentType === 'image';
  return (
    <li className="group relative flex flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-card transition-colors hover:border-muted">
      <div className="flex flex-1 flex-col p-5">
        <div className="mb-3 flex min-h-6 items-center gap-2 text-xs text-muted">
          <TypeIcon type={content.contentType} size={15} />
          <span>{t(`types.${content.contentType}`)}</span>
          <span className="ml-auto">
            <Badge content={content} status={status} />
          </span>
        </div>
        <h2 className="line-clamp-2 font-serif text-lg leading-snug font-semibold break-words">
          <Link to="/content/$id" params={{ id: content.id }} className="after:absolute after:inset-0 after:rounded-xl">
            {content.title}
          </Link>
        </h2>
        <div className="mt-2 flex-1 sm:min-h-40">
          {isImage && images.length > 0 ? (
            <div className={`grid gap-1 overflow-hidden rounded-lg ${images.length > 1 ? 'grid-cols-2' : ''}`}>
              {images.slice(0, 4).map((image, at) => (
                <Picture
                  key={image.id}
                  image={image}
                  variant={images.length === 1 ? 'large' : 'small'}
                  className={`w-full object-cover ${images.length === 1 ? 'h-40' : images.length === 2 ? 'h-40' : images.length === 3 && at === 0 ? 'col-span-2 h-[4.875rem]' : 'h-[4.875rem]'}`}
                />
              ))}
            </div>
          ) : isImage && isRunning ? (
            <div className="skeleton h-40" aria-hidden="true" />
          ) : (
            <p className="line-clamp-4 font-serif sm:line-clamp-6 text-[0.95rem] leading-relaxed text-muted" dir="auto">
              {excerpt(text, content.title, 320) || emptyText()}
            </p>
          )}
        </div>
        <p className="mt-4 text-xs text-muted">{formatDate(content.createdAt, i18n.language)}</p>
      </div>
    </li>
  );

  function emptyText(): string {
    if (status === 'pending') return t('detail.waiting');
    if (status === 'processing') return t('library.beingWritten');
    if (status === 'failed') return i18n.language === 'en' ? (content.failureReason ?? '') : t('detail.failed');
    return status === 'cancelled' ? t('library.stoppedEmpty') : t('library.noText');
  }
}
