import type { ContentView } from '@octavo/contracts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { TypeIcon } from '../../../components/type-icon.tsx';
import { excerpt } from '../../../lib/excerpt.ts';
import { formatDate } from '../../../lib/format.ts';
import { useGeneration } from '../../generations/use-generation.ts';
import { Badge } from '../badges.tsx';
import { Preview } from './preview.tsx';

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
          {isImage && isRunning && images.length === 0 ? (
            <div className="skeleton h-40" aria-hidden="true" />
          ) : (
            <Preview images={isImage ? images : []} text={excerpt(text, content.title, 320) || emptyText()} />
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
