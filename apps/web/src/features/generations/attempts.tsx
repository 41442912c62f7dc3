import type { AttemptView, GenerationView, ProviderName } from '@octavo/contracts';
import { providerNames } from '@octavo/contracts/names';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { toast } from '../../components/toasts.tsx';
import { copyText } from '../../lib/copy-text.ts';
import { formatDate, formatDuration, formatNumber } from '../../lib/format.ts';
import { generationQuery } from '../content/queries.ts';
import { AttemptReader } from '../versions/attempt-reader.tsx';
import { costText } from '../usage/cost-text.ts';
import { finishText, reasonText } from './reasons.ts';

const Markdown = lazy(() => import('../../components/markdown.tsx'));

/** Everything that was tried for a piece, the newest generation first: by whom, when, and how it ended. */
export function Attempts({ generation, shownText }: { generation: GenerationView; shownText: string }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="attempts">
      <h3 id="attempts" className="mb-2 font-medium">
        {t('attempts.title')}
      </h3>
      <Round generation={generation} shownText={shownText} depth={0} />
    </section>
  );
}

/** A generation with its attempts, and below it the one that it repeats. */
function Round({ generation, shownText, depth }: { generation: GenerationView; shownText: string; depth: number }) {
  const { t } = useTranslation();
  const [isShown, setIsShown] = useState(false);
  const [isReading, setIsReading] = useState(false);
  const before = useQuery({ ...generationQuery(generation.retryOf), enabled: isShown && generation.retryOf !== null });
  const isElsewhere = generation.text !== '' && generation.text !== shownText && generation.finishedAt !== null;
  return (
    <>
      <ol className="space-y-3" aria-label={t('attempts.title')}>
        {generation.attempts.toReversed().map((attempt) => (
          <Attempt key={attempt.attempt} attempt={attempt} generation={generation} />
        ))}
      </ol>
      {isElsewhere && (
        <Button className="mt-2 min-h-9" onClick={() => setIsReading(true)}>
          {t('attempts.read')}
        </Button>
      )}
      {isReading && (
        <Dialog title={generation.title} text={t('attempts.readText')} isWide onClose={() => setIsReading(false)}>
          <Suspense fallback={<div className="skeleton h-40" />}>
            <Markdown text={generation.text} title={generation.title} />
          </Suspense>
          <div className="mt-5 flex justify-end">
            <Button
              onClick={() =>
                void copyText(generation.text).then((isCopied) =>
                  toast(t(isCopied ? 'detail.copied' : 'detail.copyFailed')),
                )
              }
            >
              {t('detail.copy')}
            </Button>
          </div>
        </Dialog>
      )}
      {generation.retryOf !== null && !isShown && depth < 20 && (
        <button
          type="button"
          className="mt-3 text-sm font-medium text-accent underline underline-offset-4"
          onClick={() => setIsShown(true)}
        >
          {t('attempts.earlier')}
        </button>
      )}
      {isShown && before.data && (
        <div className="mt-3 border-t border-line pt-3">
          <Round generation={before.data} shownText={shownText} depth={depth + 1} />
        </div>
      )}
    </>
  );
}

function Attempt({ attempt, generation }: { attempt: AttemptView; generation: GenerationView }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const { usage, outcome } = attempt;
  // Images are asked for without either.
  const { temperature, seed } = (generation.contentType === 'image' ? null : attempt.parameters) ?? {};
  const provider = providerNames.find((name): name is ProviderName => name === attempt.provider);
  const number = (value: number): string => formatNumber(value, language);
  const facts = [
    provider ? t(`providers.${provider}`) : attempt.provider,
    attempt.model,
    formatDate(attempt.startedAt, language),
    attempt.durationMs === null ? null : formatDuration(attempt.durationMs, language),
    usage?.inputTokens == null ? null : t('attempts.tokensIn', { number: number(usage.inputTokens) }),
    usage?.outputTokens == null ? null : t('attempts.tokensOut', { number: number(usage.outputTokens) }),
    usage?.images === undefined ? null : t('attempts.images', { count: usage.images }),
    costText(attempt, t, language),
    finishText(attempt.finishReason, t),
    temperature === undefined ? null : t('attempts.temperature', { number: number(Number(temperature)) }),
    seed === undefined ? null : t('attempts.seed', { seed: String(seed) }),
  ].filter(Boolean);
  const reason =
    outcome === 'completed' || outcome === 'cancelled'
      ? undefined
      : reasonText({ code: attempt.errorCode, reason: attempt.reason }, t, language);
  const isBad = outcome === 'failed' || outcome === 'interrupted';
  return (
    <li className={`border-l-2 pl-3 ${isBad ? 'border-bad' : 'border-line'}`}>
      <p>
        {t('attempts.nth', { n: attempt.attempt })}{' '}
        <span className={isBad ? 'text-bad' : 'text-muted'}>{t(`attempts.outcome.${outcome}`)}</span>
      </p>
      <p className="text-xs leading-relaxed break-words text-muted">{facts.join(' · ')}</p>
      {reason && <p className="mt-0.5 text-xs leading-relaxed break-words text-ink">{reason}</p>}
      {(isBad || outcome === 'cancelled') && attempt.hasText && (
        <AttemptReader generationId={generation.id} attempt={attempt.attempt} title={generation.title} />
      )}
    </li>
  );
}
