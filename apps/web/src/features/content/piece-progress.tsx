import type { ContentView, GenerationView, ImageInput } from '@octavo/contracts';
import type { LiveText } from '@octavo/sdk';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { formatTime } from '../../lib/format.ts';
import { reasonText } from '../generations/reasons.ts';
import type { PieceState } from './piece-state.ts';

interface ProgressProps {
  content: ContentView;
  generation: GenerationView | undefined;
  live: LiveText | undefined;
  state: PieceState;
}

/** What is going on, or how it ended, in words; and the same, as it happens, for those who hear the page. */
export function PieceProgress(props: ProgressProps) {
  const { t } = useTranslation();
  return (
    <>
      <p role="status" className="sr-only">
        {spoken(props, t)}
      </p>
      <Visible {...props} />
    </>
  );
}

/** Start, every image, and end: a sentence each, and not a word of the text itself. */
function spoken({ content, generation, live, state }: ProgressProps, t: TFunction): string {
  const isImage = content.contentType === 'image';
  if (state.status === 'processing') {
    const count = awaitedImages(generation);
    const images = live?.images.length ?? 0;
    if (isImage && images > 0) return t('detail.imagesSoFar', { n: images, count });
    return isImage ? t('detail.drawing') : t('detail.writing');
  }
  if (state.status === 'pending') return t('detail.waiting');
  // How it ended is news for those only who were there.
  if (!live || state.hasOwnText) return '';
  if (state.status === 'completed') return isImage ? t('detail.imagesDone') : t('detail.done');
  return state.status === 'cancelled' ? t('detail.cancelled') : '';
}

function Visible({ content, generation, live, state }: ProgressProps) {
  const { t, i18n } = useTranslation();
  const { status, hasOwnText } = state;
  const isImage = content.contentType === 'image';
  const hasOutput = content.generatedText !== '' || Boolean(live?.text) || content.images.length > 0;
  const reason = reasonText(
    { code: generation?.failureCode ?? null, reason: live?.failureReason ?? content.failureReason },
    t,
    i18n.language,
  );
  if (status === 'failed' && hasOwnText) {
    return (
      <Notice title={t('detail.lastFailed')}>
        <p>
          {reason} {t('detail.yoursStays')}
        </p>
      </Notice>
    );
  }
  if (status === 'failed') {
    return (
      <Notice tone="bad" title={isImage ? t('detail.failedImage') : t('detail.failed')}>
        <p>{reason}</p>
        <p>{hasOutput ? t('detail.failedText') : t('detail.failedNoText')}</p>
      </Notice>
    );
  }
  if (status === 'cancelled' && !hasOwnText) {
    return <Notice title={t('detail.cancelled')}>{hasOutput && <p>{t('detail.cancelledText')}</p>}</Notice>;
  }
  if (status !== 'pending' && status !== 'processing') return null;
  const runAfter = generation?.runAfter;
  const failure = generation?.attempts.findLast(({ outcome }) => outcome === 'failed' || outcome === 'interrupted');
  const lastFailure =
    live?.lastFailure &&
    (failure?.reason === live.lastFailure
      ? reasonText({ code: failure.errorCode, reason: failure.reason }, t, i18n.language)
      : live.lastFailure);
  return (
    <div className="space-y-2">
      {lastFailure && (
        <p className="rounded-lg bg-busy-soft px-4 py-3 text-sm text-busy">
          {status === 'processing'
            ? t('detail.nextTake', {
                previous: (live?.attempt ?? 2) - 1,
                take: live?.attempt ?? 2,
                reason: lastFailure,
              })
            : t('detail.nextTakeSoon', { reason: lastFailure })}
        </p>
      )}
      <p className="flex items-center gap-3 text-sm text-muted">
        <span className="relative h-1 w-24 overflow-hidden rounded-full bg-line" aria-hidden="true">
          <span className="skeleton absolute inset-0" />
        </span>
        {status === 'processing'
          ? isImage
            ? t('detail.imagesSoFar', { n: live?.images.length ?? 0, count: awaitedImages(generation) })
            : t('detail.writing')
          : runAfter !== undefined && Date.parse(runAfter) - Date.parse(content.createdAt) > 1000 && !lastFailure
            ? t('detail.startsAt', { time: formatTime(runAfter, i18n.language) })
            : t('detail.waiting')}
      </p>
    </div>
  );
}

function awaitedImages(generation: GenerationView | undefined): number {
  return (generation?.input as ImageInput | null | undefined)?.count ?? 1;
}
