import type { ContentView, GenerationView, ProviderName } from '@octavo/contracts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatDate, formatDuration } from '../../lib/format.ts';
import { useLanguageName } from '../../lib/use-languages.ts';
import { Attempts } from './attempts.tsx';
import { wishesOf } from './wishes.ts';

/** What was asked for, who made it, in how many attempts, and how long that took. */
export function Facts({
  content,
  generation,
  isWide = false,
}: {
  content: ContentView;
  generation: GenerationView | undefined;
  /** Below the piece instead of beside it. */
  isWide?: boolean;
}) {
  const { t, i18n } = useTranslation();
  const { nameOf } = useLanguageName();
  const language = i18n.language;
  const rows: Array<[string, string]> = wishesOf(content.contentType, generation?.input, t, nameOf);
  const source = (generation?.input as { contentId?: string } | null | undefined)?.contentId;
  if (generation?.provider) rows.push([t('detail.provider'), t(`providers.${generation.provider as ProviderName}`)]);
  if (generation?.model) rows.push([t('detail.model'), generation.model]);
  if (generation && generation.durationMs !== null)
    rows.push([t('detail.duration'), formatDuration(generation.durationMs, language)]);
  rows.push([t('detail.created'), formatDate(content.createdAt, language)]);
  if (content.updatedAt !== content.createdAt)
    rows.push([t('detail.changed'), formatDate(content.updatedAt, language)]);

  return (
    <aside
      aria-labelledby="facts"
      className={`rounded-xl border border-line bg-raised p-5 text-sm shadow-card ${isWide ? 'mt-10' : 'lg:sticky lg:top-20 lg:max-h-[calc(100dvh-6.5rem)] lg:overflow-y-auto'}`}
    >
      <h2 id="facts" className="mb-4 font-semibold">
        {t('detail.facts')}
      </h2>
      <div className={isWide ? 'grid gap-x-10 gap-y-5 md:grid-cols-2' : 'space-y-5'}>
        <div className="space-y-4">
          <dl className="space-y-2.5">
            {rows.map(([name, value]) => (
              <div key={name} className="flex justify-between gap-4">
                <dt className="shrink-0 text-muted">{name}</dt>
                <dd className="min-w-0 text-right break-words">{value}</dd>
              </div>
            ))}
          </dl>
          {generation?.provider === 'local' && content.contentType === 'story' && (
            <p className="text-xs leading-relaxed text-muted">{t('detail.smallModel')}</p>
          )}
          {content.provenance?.digitalSourceType && (
            <p className="text-xs leading-relaxed text-muted">{t('detail.marked')}</p>
          )}
          {source && (
            <p>
              <Link
                to="/content/$id"
                params={{ id: source }}
                className="font-medium text-accent underline underline-offset-4"
              >
                {t('translation.openSource')}
              </Link>
            </p>
          )}
        </div>
        {generation && generation.attempts.length > 0 && (
          <Attempts generation={generation} shownText={content.generatedText} />
        )}
        {content.prompt !== '' && (
          <div>
            <h3 className="mb-1.5 font-medium">{t('detail.prompt')}</h3>
            <p className="break-words whitespace-pre-wrap text-muted">{content.prompt}</p>
          </div>
        )}
      </div>
    </aside>
  );
}
