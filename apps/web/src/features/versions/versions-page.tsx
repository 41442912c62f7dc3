import type { ContentView, VersionView } from '@octavo/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { formatDate } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { useTitle } from '../../lib/use-title.ts';
import { contentQueries } from '../content/queries.ts';
import { Picture } from '../media/picture.tsx';
import { OpenedVersion } from './opened-version.tsx';
import { originText } from './origin-text.ts';
import { versionQueries } from './queries.ts';

const route = getRouteApi('/app/content/$id/versions');

/** All that a piece ever was; each version can be looked at, compared with any other, and be the current one again. */
export function VersionsPage() {
  const { t, i18n } = useTranslation();
  const { id } = route.useParams();
  const { version: wanted } = route.useSearch();
  const content = useQuery(contentQueries.one(id));
  const list = useInfiniteQuery(versionQueries.list(id));
  useTitle(t('versions.title'));
  const error = content.error ?? list.error;
  const versions = list.data?.pages.flatMap((page) => page.versions) ?? [];
  // The current one may be among those that are not loaded yet.
  const numbers = [...new Set([...versions.map(({ number }) => number), content.data?.version ?? 0])].filter(
    (number) => number > 0,
  );
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
      <PageTitle className="mb-2 font-serif text-3xl font-semibold break-words">
        {content.data ? t('versions.titleOf', { title: content.data.title }) : t('versions.title')}
      </PageTitle>
      <p className="mb-6 text-sm text-muted">{versions.length > 1 && t('versions.how')}</p>
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
          {chosen > 0 && (
            <OpenedVersion
              key={chosen}
              content={content.data}
              number={chosen}
              others={numbers.filter((number) => number !== chosen)}
            />
          )}
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
        <span className="block text-muted">{originText(version, content.contentType, t)}</span>
        {version.images.length > 0 && (
          <span className="my-1.5 flex gap-1">
            {version.images.map((image) => (
              <Picture key={image.id} image={image} variant="small" className="size-12 rounded object-cover" />
            ))}
          </span>
        )}
        <span className="block text-xs text-muted">{formatDate(version.updatedAt, i18n.language)}</span>
      </Link>
    </li>
  );
}
