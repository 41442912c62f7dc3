import type { ContentView, VersionText } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { Gallery } from '../media/gallery.tsx';
import { versionQueries } from './queries.ts';

const WordDiff = lazy(() => import('./word-diff.tsx'));

/** What became of the older of two versions in the newer one: words changed, or images side by side. */
export function Comparison({
  content,
  shown,
  otherNumber,
}: {
  content: ContentView;
  shown: VersionText;
  otherNumber: number;
}) {
  const { t, i18n } = useTranslation();
  const other = useQuery(versionQueries.one(content.id, otherNumber));
  if (other.error) return <Notice tone="bad">{errorMessage(other.error, t, i18n.language)}</Notice>;
  if (!other.data) return <div className="skeleton h-40" aria-hidden="true" />;
  const [older, newer] = shown.number < otherNumber ? [shown, other.data] : [other.data, shown];
  if (content.contentType === 'image') {
    return (
      <div className="grid gap-8 sm:grid-cols-2" data-testid="changes">
        {[older, newer].map((version) => (
          <div key={version.number}>
            <h3 className="mb-2 text-sm font-medium text-muted">{t('versions.number', { n: version.number })}</h3>
            <Gallery images={version.images} awaited={0} aspectRatio="1:1" />
          </div>
        ))}
      </div>
    );
  }
  return (
    <>
      <p className="mb-4 text-sm text-muted">{t('versions.fromTo', { from: older.number, to: newer.number })}</p>
      <Suspense fallback={<div className="skeleton h-40" aria-hidden="true" />}>
        <WordDiff before={older.generatedText} after={newer.generatedText} />
      </Suspense>
    </>
  );
}
