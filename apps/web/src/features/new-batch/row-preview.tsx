import type { BatchTable } from '@octavo/contracts';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import type { NewPiece } from '../create/new-piece.ts';
import { fillPiece } from './template.ts';

/** The template with the values of one row, which can be chosen. */
export function RowPreview({ piece, table }: { piece: NewPiece; table: BatchTable | undefined }) {
  const { t } = useTranslation();
  const [wished, setWished] = useState(1);
  const total = table?.rows.length ?? 0;
  const n = Math.max(1, Math.min(wished, total));
  const row = table?.rows[n - 1];
  const filled = row && fillPiece(piece, row);
  return (
    <section
      aria-labelledby="row-preview"
      className="rounded-xl border border-line bg-raised p-5 shadow-card lg:sticky lg:top-20 lg:col-start-2 lg:row-span-3 lg:row-start-1 lg:max-h-[calc(100dvh-6.5rem)] lg:overflow-y-auto"
    >
      <h2 id="row-preview" className="font-semibold">
        {t('batch.preview.title')}
      </h2>
      {filled ? (
        <>
          <div className="mt-3 flex items-center gap-2">
            <Button
              className="px-2.5!"
              aria-label={t('batch.preview.previous')}
              disabled={n <= 1}
              onClick={() => setWished(n - 1)}
            >
              <ChevronLeft size={16} aria-hidden="true" />
            </Button>
            <input
              type="number"
              min={1}
              max={total}
              aria-label={t('batch.preview.choose')}
              className="min-h-10 w-20 rounded-lg border border-line bg-raised px-2 text-center text-sm tabular-nums"
              value={n}
              onChange={(event) => setWished(Number(event.target.value))}
            />
            <Button
              className="px-2.5!"
              aria-label={t('batch.preview.next')}
              disabled={n >= total}
              onClick={() => setWished(n + 1)}
            >
              <ChevronRight size={16} aria-hidden="true" />
            </Button>
            <span className="text-sm text-muted" role="status">
              {t('batch.preview.row', { n, total })}
            </span>
          </div>
          <div data-testid="row-preview" className="mt-4 space-y-2">
            <p className="font-serif text-lg font-semibold break-words">
              {filled.title || <span className="text-muted">{t('batch.preview.noTitle')}</span>}
            </p>
            {filled.texts.map((text, at) => (
              <p key={at} className="text-sm leading-relaxed break-words whitespace-pre-wrap">
                {text}
              </p>
            ))}
            {filled.texts.length === 0 && <p className="text-sm text-muted">{t('batch.preview.noPrompt')}</p>}
          </div>
        </>
      ) : (
        <p className="mt-3 text-sm text-muted">{t('batch.preview.none')}</p>
      )}
    </section>
  );
}
