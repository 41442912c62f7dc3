import type { ContentView } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { GitBranch, RotateCcw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { formatDate } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { Gallery } from '../media/gallery.tsx';
import { Comparison } from './comparison.tsx';
import { originText } from './origin-text.ts';
import { versionQueries } from './queries.ts';
import { useVersionActions } from './use-version-actions.ts';

const Markdown = lazy(() => import('../../components/markdown.tsx'));

/** A version to read, to compare with any of the `others`, and to go on with. */
export function OpenedVersion({ content, number, others }: { content: ContentView; number: number; others: number[] }) {
  const { t, i18n } = useTranslation();
  const isImage = content.contentType === 'image';
  const isCurrent = number === content.version;
  const [isWanted, setIsWanted] = useState(!isCurrent && !isImage);
  const [otherNumber, setOtherNumber] = useState(isCurrent ? others[0] : content.version);
  const version = useQuery(versionQueries.one(content.id, number));
  const { restore, branch, dismiss } = useVersionActions(content);
  const isBusy = restore.isPending || branch.isPending || dismiss.isPending;
  if (version.error) return <Notice tone="bad">{errorMessage(version.error, t, i18n.language)}</Notice>;
  if (!version.data) return <div className="skeleton h-60" aria-hidden="true" />;
  const shown = version.data;
  const comparedWith = isWanted ? otherNumber : undefined;
  const isWaiting = number === content.pendingVersion;
  return (
    <section aria-labelledby="opened" className="min-w-0">
      <h2 id="opened" className="text-xl font-semibold">
        {t('versions.number', { n: number })}
      </h2>
      <p className="mt-1 text-sm text-muted">
        {originText(shown, content.contentType, t)} · {formatDate(shown.updatedAt, i18n.language)}
      </p>
      <div className="my-4 flex flex-wrap items-center gap-2">
        {otherNumber !== undefined && (
          <div role="group" aria-label={t('versions.show')} className="flex gap-1 rounded-lg bg-sunken p-1">
            {[true, false].map((changes) => (
              <button
                key={String(changes)}
                type="button"
                aria-pressed={isWanted === changes}
                className="min-h-9 rounded-md px-3 text-sm text-muted aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink aria-pressed:shadow-card"
                onClick={() => setIsWanted(changes)}
              >
                {t(changes ? 'versions.changes' : isImage ? 'versions.images' : 'versions.text')}
              </button>
            ))}
          </div>
        )}
        {!isCurrent && (
          <Button
            look={isWaiting ? 'primary' : 'secondary'}
            disabled={isBusy}
            onClick={() => restore.mutate({ number, said: t('versions.restored', { n: number }) })}
          >
            <RotateCcw size={16} aria-hidden="true" /> {t(isWaiting ? 'versions.use' : 'versions.restore')}
          </Button>
        )}
        {isWaiting && (
          <Button disabled={isBusy} onClick={() => dismiss.mutate(number)}>
            {t('versions.keep')}
          </Button>
        )}
        <Button disabled={isBusy} onClick={() => branch.mutate(number)}>
          <GitBranch size={16} aria-hidden="true" /> {t('versions.branch')}
        </Button>
      </div>
      {comparedWith !== undefined ? (
        <>
          <label className="mb-3 flex flex-wrap items-center gap-2 text-sm">
            <span>{t('versions.comparedWith')}</span>
            <select
              className="select min-h-10 rounded-lg border border-line bg-raised pr-9 pl-3 hover:border-muted"
              value={comparedWith}
              onChange={(event) => setOtherNumber(Number(event.target.value))}
            >
              {others.map((other) => (
                <option key={other} value={other}>
                  {t('versions.number', { n: other })}
                  {other === content.version && ` (${t('versions.current')})`}
                </option>
              ))}
            </select>
          </label>
          <Comparison content={content} shown={shown} otherNumber={comparedWith} />
        </>
      ) : isImage ? (
        <Gallery images={shown.images} awaited={0} aspectRatio="1:1" />
      ) : shown.generatedText === '' ? (
        <p className="text-muted">{t('versions.empty')}</p>
      ) : (
        <Suspense fallback={<div className="skeleton h-40" aria-hidden="true" />}>
          <Markdown text={shown.generatedText} title={shown.title} />
        </Suspense>
      )}
    </section>
  );
}
