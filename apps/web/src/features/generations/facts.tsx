import type { ContentView, GenerationView, ProviderName } from '@octavo/contracts';
import { useTranslation } from 'react-i18next';
import { formatDate, formatDuration } from '../../lib/format.ts';

/** Who wrote it, in how many takes, and how long that took. */
export function Facts({ content, generation }: { content: ContentView; generation: GenerationView | undefined }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const rows: Array<[string, string]> = [];
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
      className="space-y-5 rounded-xl border border-line bg-raised p-5 text-sm shadow-card lg:sticky lg:top-20"
    >
      <h2 id="facts" className="font-semibold">
        {t('detail.facts')}
      </h2>
      <dl className="space-y-2.5">
        {rows.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-4">
            <dt className="text-muted">{name}</dt>
            <dd className="text-right break-words">{value}</dd>
          </div>
        ))}
      </dl>
      {generation && generation.attempts.length > 0 && (
        <div>
          <h3 className="mb-2 font-medium">{t('detail.attempts')}</h3>
          <ol className="space-y-2.5">
            {generation.attempts.map((attempt) => (
              <li key={attempt.attempt} className="border-l-2 border-line pl-3">
                <p className="flex justify-between gap-2">
                  <span>
                    {t('detail.attempt', { n: attempt.attempt })}{' '}
                    <span className={attempt.outcome === 'failed' ? 'text-bad' : 'text-muted'}>
                      {t(`detail.outcome.${attempt.outcome}`)}
                    </span>
                  </span>
                  {attempt.durationMs !== null && (
                    <span className="text-muted">{formatDuration(attempt.durationMs, language)}</span>
                  )}
                </p>
                <p className="text-xs text-muted">
                  {[
                    attempt.model,
                    attempt.usage?.outputTokens != null
                      ? t('detail.tokens', { count: attempt.usage.outputTokens })
                      : '',
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
                {attempt.reason && <p className="mt-0.5 text-xs text-muted">{attempt.reason}</p>}
              </li>
            ))}
          </ol>
        </div>
      )}
      {content.prompt !== '' && (
        <div>
          <h3 className="mb-1.5 font-medium">{t('detail.prompt')}</h3>
          <p className="max-h-48 overflow-y-auto break-words whitespace-pre-wrap text-muted">{content.prompt}</p>
        </div>
      )}
    </aside>
  );
}
