import type { ProviderHealth } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { formatDate, formatNumber, formatTime } from '../../lib/format.ts';
import { providerNote } from '../../lib/provider-note.ts';
import { reasonText } from '../generations/reasons.ts';
import { Problem } from './problem.tsx';
import { adminQueries } from './queries.ts';
import { Tag } from './parts/tag.tsx';

type Circuit = NonNullable<ProviderHealth['circuit']>;

/** How the providers do right now. */
export function Providers() {
  const { t } = useTranslation();
  const providers = useQuery(adminQueries.providers);
  const list = providers.data ?? [];
  const others = list.filter(({ available }) => !available);
  return (
    <>
      <PageTitle className="mb-2 font-serif text-3xl font-semibold">{t('admin.sections.providers')}</PageTitle>
      <p className="mb-5 max-w-2xl text-muted">{t('admin.providers.text')}</p>
      <Problem error={providers.error} />
      {providers.isPending && <div className="skeleton h-64" aria-hidden="true" />}
      <ul className="grid gap-4">
        {list
          .filter(({ available }) => available)
          .map((provider) => (
            <Provider key={provider.name} provider={provider} />
          ))}
      </ul>
      {others.length > 0 && (
        <section aria-labelledby="not-set-up" className="mt-8">
          <h2 id="not-set-up" className="mb-3 text-xl font-semibold">
            {t('admin.providers.notSetUp')}
          </h2>
          <p className="mb-3 max-w-2xl text-sm text-muted">
            {t('admin.providers.setUp')}{' '}
            <Link
              to="/admin/$section"
              params={{ section: 'settings' }}
              className="font-medium text-accent underline underline-offset-4"
            >
              {t('admin.sections.settings')}
            </Link>
          </p>
          <ul className="divide-y divide-line rounded-xl border border-line text-sm">
            {others.map(({ name, note }) => (
              <li key={name} className="flex flex-wrap gap-x-4 gap-y-1 px-4 py-3">
                <span className="w-44 font-medium">{t(`providers.${name}`)}</span>
                <Note note={note} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Provider({ provider }: { provider: ProviderHealth }) {
  const { t, i18n } = useTranslation();
  const { name, circuit, contentTypes, models, defaultModel, note, limits, recent, running, waiting } = provider;
  const { state, tone } = stateOf(circuit);
  return (
    <li className="rounded-xl border border-line bg-raised p-5 text-sm shadow-card" data-testid={`provider-${name}`}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{t(`providers.${name}`)}</h2>
        <Tag tone={tone}>{t(`admin.providers.state.${state}`)}</Tag>
      </div>
      <p className="mt-1" data-testid="circuit">
        {circuit ? circuitText(circuit, t, i18n.language) : t('admin.providers.inside')}
      </p>
      {circuit?.lastError && (
        <p className="mt-1 text-bad">
          {t('admin.providers.lastError', { reason: reasonText(circuit.lastError, t, i18n.language) ?? '' })}
        </p>
      )}
      {circuit?.since && (
        <p className="mt-1 text-muted">
          {t('admin.providers.since', { date: formatDate(circuit.since, i18n.language) })}
        </p>
      )}
      <dl className="mt-4 grid grid-cols-2 items-end gap-x-6 gap-y-4 sm:grid-cols-3">
        {recent !== null && <Meter label={t('admin.providers.recent')} value={recent} max={limits?.perMinute ?? 0} />}
        <Meter label={t('admin.providers.running')} value={running} max={limits?.concurrency ?? null} />
        <Meter label={t('admin.providers.waiting')} value={waiting} max={null} />
      </dl>
      <dl className="mt-4 space-y-2 border-t border-line pt-4">
        <div className="flex flex-wrap gap-x-3 gap-y-1">
          <dt className="w-24 text-muted">{t('admin.providers.makes')}</dt>
          <dd className="min-w-0 flex-1 basis-60">{contentTypes.map((type) => t(`types.${type}`)).join(', ')}</dd>
        </div>
        <div className="flex flex-wrap gap-x-3 gap-y-1">
          <dt className="w-24 text-muted">{t('admin.providers.models')}</dt>
          <dd className="min-w-0 flex-1 basis-60 break-words">
            <Models models={models} usual={defaultModel} />
          </dd>
        </div>
      </dl>
      {note !== t(`providers.${name}`) && (
        <p className="mt-3">
          <Note note={note} />
        </p>
      )}
    </li>
  );
}

/** What there are no words for is English. */
function Note({ note }: { note: string }) {
  const { t } = useTranslation();
  const text = providerNote(note, t);
  return (
    <span className="min-w-0 flex-1 basis-60 text-muted" lang={text === note ? 'en' : undefined}>
      {text}
    </span>
  );
}

function Models({ models, usual }: { models: string[]; usual: string | null }) {
  const { t } = useTranslation();
  const others = models.filter((model) => model !== usual);
  return (
    <>
      {usual ?? t('admin.providers.noModel')}
      {others.length > 0 && (
        <details className="mt-1">
          <summary className="cursor-pointer text-muted">
            {t('admin.providers.moreModels', { count: others.length })}
          </summary>
          <p className="mt-1">{others.join(', ')}</p>
        </details>
      )}
    </>
  );
}

/** `max` 0: no limit; null: there is none to speak of. */
function Meter({ label, value, max }: { label: string; value: number; max: number | null }) {
  const { t, i18n } = useTranslation();
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="tabular-nums">
        <span className="text-lg font-semibold">{formatNumber(value, i18n.language)}</span>
        {max !== null && (
          <span className="text-muted">
            {' '}
            {max > 0 ? t('admin.providers.ofMax', { max }) : t('admin.providers.noLimit')}
          </span>
        )}
        {max !== null && max > 0 && (
          <progress
            className="mt-1 block h-1.5 w-full overflow-hidden rounded-full"
            aria-label={label}
            max={max}
            value={Math.min(value, max)}
          />
        )}
      </dd>
    </div>
  );
}

function stateOf(circuit: Circuit | null) {
  if (!circuit || (circuit.state === 'closed' && circuit.failures === 0))
    return { state: 'ready', tone: 'good' } as const;
  if (circuit.state === 'closed') return { state: 'shaky', tone: 'busy' } as const;
  if (circuit.state === 'open') return { state: 'resting', tone: 'bad' } as const;
  return circuit.state === 'paused'
    ? ({ state: 'paused', tone: 'busy' } as const)
    : ({ state: 'trying', tone: 'busy' } as const);
}

/** How the circuit stands, and what happens next, without the word circuit. */
function circuitText(circuit: Circuit, t: TFunction, language: string): string {
  const { state, failures: count, failuresToOpen, retryAt, isProbing } = circuit;
  const time = retryAt ? formatTime(retryAt, language) : '';
  switch (state) {
    case 'closed':
      return count === 0 ? t('admin.providers.ready') : t('admin.providers.shaky', { count, limit: failuresToOpen });
    case 'paused':
      return t('admin.providers.paused', { time });
    case 'open':
      return t('admin.providers.open', { time, count });
    case 'half-open':
      return t(isProbing ? 'admin.providers.probing' : 'admin.providers.halfOpen', { count });
  }
}
