import type { ContentView, VersionView } from '@octavo/contracts';
import type { ProviderName } from '@octavo/contracts';
import { providerNames } from '@octavo/contracts/names';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { ArrowLeft, GitBranch, RotateCcw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/page-title.tsx';
import { formatDate } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { useTitle } from '../../lib/use-title.ts';
import { contentQueries } from '../content/queries.ts';
import { versionQueries } from './queries.ts';
import { useVersionActions } from './use-version-actions.ts';

const Markdown = lazy(() => import('../../components/markdown.tsx'));
const WordDiff = lazy(() => import('./word-diff.tsx'));
const route = getRouteApi('/app/content/$id/versions');

/** Every text a piece ever had; each can be read, compared with the current one, and be it again. */
export function VersionsPage() {
  const { t, i18n } = useTranslation();
  const { id } = route.useParams();
  const { version: wanted } = route.useSearch();
  const content = useQuery(contentQueries.one(id));
  const list = useInfiniteQuery(versionQueries.list(id));
  useTitle(t('versions.title'));
  const error = content.error ?? list.error;
  const versions = list.data?.pages.flatMap((page) => page.versions) ?? [];
  const chosen = wanted ?? content.data?.version ?? 0;

  return (
    <>
      <Link
        to="/content/$id"
        params={{ id }}
        className="mb-5 inline-flex items-center gap-1.5 rounded-md text-sm text-muted hover:text-ink"
      >
        <ArrowLeft size={16} aria-hidden="true" /> {t('versions.back')}
      </Link>
      <PageTitle className="mb-6 font-serif text-3xl font-semibold break-words">
        {content.data ? t('versions.titleOf', { title: content.data.title }) : t('versions.title')}
      </PageTitle>
      {error && <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>}
      {(content.isPending || list.isPending) && <div className="skeleton h-60" aria-hidden="true" />}
      {list.data && versions.length === 0 && <Empty title={t('versions.none')} text={t('versions.noneText')} />}
      {content.data && versions.length > 0 && (
        <div className="grid items-start gap-8 lg:grid-cols-[17rem_minmax(0,1fr)]">
          <nav
            aria-label={t('versions.list')}
            className="max-h-72 overflow-y-auto lg:sticky lg:top-20 lg:max-h-[80dvh]"
          >
            <ol className="space-y-1 p-0.5" reversed>
              {versions.map((each) => (
                <Entry key={each.number} version={each} content={content.data} isChosen={each.number === chosen} />
              ))}
            </ol>
            {list.hasNextPage && (
              <Button
                look="quiet"
                className="mt-2"
                disabled={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                {t('versions.more')}
              </Button>
            )}
          </nav>
          {chosen > 0 && <Opened key={chosen} content={content.data} number={chosen} />}
        </div>
      )}
    </>
  );
}

function Entry({ version, content, isChosen }: { version: VersionView; content: ContentView; isChosen: boolean }) {
  const { t, i18n } = useTranslation();
  const mark =
    version.number === content.version
      ? t('versions.current')
      : version.number === content.pendingVersion
        ? t('versions.waiting')
        : undefined;
  return (
    <li>
      <Link
        to="/content/$id/versions"
        params={{ id: content.id }}
        search={{ version: version.number }}
        resetScroll={false}
        aria-current={isChosen ? 'true' : undefined}
        className={`block rounded-lg border px-3 py-2 text-sm hover:bg-sunken ${isChosen ? 'border-line bg-raised' : 'border-transparent'}`}
      >
        <span className="font-medium">{t('versions.number', { n: version.number })}</span>{' '}
        {mark && <span className="ml-1 rounded bg-accent-soft px-1.5 py-0.5 text-xs text-accent">{mark}</span>}
        <span className="block text-muted">{originText(version, t)}</span>
        <span className="block text-xs text-muted">{formatDate(version.updatedAt, i18n.language)}</span>
      </Link>
    </li>
  );
}

function originText({ origin, provenance, source, contentId }: VersionView, t: TFunction): string {
  const provider = providerNames.find((name): name is ProviderName => name === provenance.provider);
  const name = provider ? t(`providers.${provider}`) : (provenance.provider ?? t('versions.someProvider'));
  const maker = provenance.model ? `${name} (${provenance.model})` : name;
  if (origin === 'restored' && source?.contentId === contentId) return t('versions.restoredFrom', { n: source.number });
  return t(`versions.origin.${origin}`, { maker });
}

function Opened({ content, number }: { content: ContentView; number: number }) {
  const { t, i18n } = useTranslation();
  const isCurrent = number === content.version;
  const [isComparing, setIsComparing] = useState(!isCurrent);
  const version = useQuery(versionQueries.one(content.id, number));
  const { restore, branch, dismiss } = useVersionActions(content);
  const isBusy = restore.isPending || branch.isPending || dismiss.isPending;
  if (version.error) return <Notice tone="bad">{errorMessage(version.error, t, i18n.language)}</Notice>;
  if (!version.data) return <div className="skeleton h-60" aria-hidden="true" />;
  const shown = version.data;
  const hasChanges = isComparing && !isCurrent;
  const [before, after] =
    number < content.version
      ? [shown.generatedText, content.generatedText]
      : [content.generatedText, shown.generatedText];
  const isWaiting = number === content.pendingVersion;
  return (
    <section aria-labelledby="opened" className="min-w-0">
      <h2 id="opened" className="text-xl font-semibold">
        {t('versions.number', { n: number })}
      </h2>
      <p className="mt-1 text-sm text-muted">
        {originText(shown, t)} · {formatDate(shown.updatedAt, i18n.language)}
      </p>
      <div className="my-4 flex flex-wrap items-center gap-2">
        {!isCurrent && (
          <>
            <div role="group" aria-label={t('versions.show')} className="flex gap-1 rounded-lg bg-sunken p-1">
              {[true, false].map((changes) => (
                <button
                  key={String(changes)}
                  type="button"
                  aria-pressed={isComparing === changes}
                  className="min-h-9 rounded-md px-3 text-sm text-muted aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink aria-pressed:shadow-card"
                  onClick={() => setIsComparing(changes)}
                >
                  {t(changes ? 'versions.changes' : 'versions.text')}
                </button>
              ))}
            </div>
            <Button
              look={isWaiting ? 'primary' : 'secondary'}
              disabled={isBusy}
              onClick={() => restore.mutate({ number, said: t('versions.restored', { n: number }) })}
            >
              <RotateCcw size={16} aria-hidden="true" /> {t(isWaiting ? 'versions.use' : 'versions.restore')}
            </Button>
            {isWaiting && (
              <Button disabled={isBusy} onClick={() => dismiss.mutate(number)}>
                {t('versions.keep')}
              </Button>
            )}
          </>
        )}
        <Button disabled={isBusy} onClick={() => branch.mutate(number)}>
          <GitBranch size={16} aria-hidden="true" /> {t('versions.branch')}
        </Button>
      </div>
      {hasChanges && (
        <p className="mb-4 text-sm text-muted">
          {t('versions.fromTo', {
            from: Math.min(number, content.version),
            to: Math.max(number, content.version),
          })}
        </p>
      )}
      <Suspense fallback={<div className="skeleton h-40" aria-hidden="true" />}>
        {hasChanges ? (
          <WordDiff before={before} after={after} />
        ) : (
          <Markdown text={shown.generatedText} title={shown.title} />
        )}
      </Suspense>
    </section>
  );
}
