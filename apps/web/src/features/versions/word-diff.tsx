import { diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** A comparison that takes longer is given up, so that the page never hangs. */
const patienceMs = 1500;

/** What was added and removed from `before` to `after`, told by lines as well as by colour. */
export default function WordDiff({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation();
  const parts = useMemo(() => diffWordsWithSpace(before, after, { timeout: patienceMs }), [before, after]);
  if (!parts) return <p>{t('versions.tooDifferent')}</p>;
  if (before === after) return <p>{t('versions.same')}</p>;
  return (
    <div className="prose whitespace-pre-wrap" data-testid="changes">
      {parts.map(({ value, added, removed }, index) =>
        added ? (
          <ins key={index} className="rounded-sm bg-good-soft text-good underline decoration-2 underline-offset-4">
            <span className="sr-only">[{t('versions.added')}: </span>
            {value}
            <span className="sr-only">]</span>
          </ins>
        ) : removed ? (
          <del key={index} className="rounded-sm bg-bad-soft text-bad line-through">
            <span className="sr-only">[{t('versions.removed')}: </span>
            {value}
            <span className="sr-only">]</span>
          </del>
        ) : (
          <span key={index}>{value}</span>
        ),
      )}
    </div>
  );
}
