import type { ContentView } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, Copy, Download, Pencil, RotateCcw, Square, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { toast } from '../../components/toasts.tsx';
import { TypeIcon } from '../../components/type-icon.tsx';
import { client } from '../../lib/client.ts';
import { copyText } from '../../lib/copy-text.ts';
import { countWords, formatTime } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Facts } from '../generations/facts.tsx';
import { useGeneration } from '../generations/use-generation.ts';
import { Editor } from './editor.tsx';
import { contentQueries, generationQuery } from './queries.ts';
import { readDraft } from './unsaved.ts';

const Markdown = lazy(() => import('../../components/markdown.tsx'));
const route = getRouteApi('/app/content/$id');

export function DetailPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const content = useQuery(contentQueries.one(id));
  useTitle(content.data?.title ?? '');

  if (content.isPending) return <PageSkeleton />;
  if (content.isError) {
    const isMissing =
      content.error instanceof ApiError && (content.error.status === 404 || content.error.status === 400);
    return isMissing ? (
      <Empty title={t('detail.missing')} text={t('detail.missingText')}>
        <Link to="/" className={buttonClass()}>
          {t('detail.back')}
        </Link>
      </Empty>
    ) : (
      <Notice tone="bad">
        <p>{errorMessage(content.error, t)}</p>
        <Button className="mt-2" onClick={() => void content.refetch()}>
          {t('error.tryAgain')}
        </Button>
      </Notice>
    );
  }
  // A retry is another generation: everything about the old one starts anew with it.
  return <Piece key={content.data.jobId} content={content.data} />;
}

function Piece({ content }: { content: ContentView }) {
  const { t } = useTranslation();
  const [isEditing, setIsEditing] = useState(() => readDraft(content.id) !== undefined);
  const isRunning = content.generationStatus === 'pending' || content.generationStatus === 'processing';
  const generation = useQuery(generationQuery(content.jobId));
  const live = useGeneration(content.jobId, isRunning);
  const status = live?.status ?? content.generationStatus;
  const isWriting = status === 'pending' || status === 'processing';
  const text = isRunning ? (live?.text ?? '') || content.generatedText : content.generatedText;

  return (
    <>
      <Link to="/" className="mb-5 inline-flex items-center gap-1.5 rounded-md text-sm text-muted hover:text-ink">
        <ArrowLeft size={16} aria-hidden="true" /> {t('detail.back')}
      </Link>
      <div className="grid items-start gap-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <article className="min-w-0">
          <header className="mb-6">
            <div className="mb-2 flex flex-wrap items-center gap-2 text-sm text-muted">
              <TypeIcon type={content.contentType} size={16} /> {t(`types.${content.contentType}`)}
              <StatusBadge status={status} />
              {!isWriting && (
                <span
                  className={`rounded-full px-2.5 py-0.5 text-xs font-medium ${content.status === 'published' ? 'bg-good-soft text-good' : 'bg-sunken'}`}
                >
                  {t(`state.${content.status}`)}
                </span>
              )}
              {text !== '' && <span>{t('detail.words', { count: countWords(text) })}</span>}
            </div>
            <h1
              className={
                isEditing
                  ? 'sr-only'
                  : 'font-serif text-3xl leading-tight font-semibold text-balance break-words sm:text-4xl'
              }
            >
              {content.title}
            </h1>
          </header>

          {isEditing ? (
            <Editor content={content} onClose={() => setIsEditing(false)} />
          ) : (
            <>
              <Toolbar content={content} text={text} isWriting={isWriting} onEdit={() => setIsEditing(true)} />
              <div className="mt-6 space-y-6">
                <Progress content={content} live={live} runAfter={generation.data?.runAfter} />
                <div data-testid="output" className="min-h-24" aria-busy={isWriting}>
                  {text !== '' && (
                    <Suspense fallback={<div className="prose whitespace-pre-wrap">{text}</div>}>
                      <Markdown text={text} isWriting={status === 'processing'} />
                    </Suspense>
                  )}
                  {text === '' && isWriting && <TextSkeleton />}
                </div>
              </div>
            </>
          )}
        </article>
        <Facts content={content} generation={generation.data} />
      </div>
    </>
  );
}

function Toolbar({
  content,
  text,
  isWriting,
  onEdit,
}: {
  content: ContentView;
  text: string;
  isWriting: boolean;
  onEdit: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, jobId, generationStatus } = content;
  const refresh = (): void => void queries.invalidateQueries({ queryKey: contentQueries.all });
  const onError = (error: unknown): void => toast(errorMessage(error, t));

  const stop = useMutation({
    mutationFn: () => client.cancel(jobId ?? ''),
    onSettled: refresh,
    onError(error) {
      // That it ended by itself meanwhile is what the page shows anyway.
      if (!(error instanceof ApiError && error.code === 'not_cancellable')) onError(error);
    },
  });
  const retry = useMutation({ mutationFn: () => client.retry(jobId ?? ''), onSettled: refresh, onError });
  const publish = useMutation({
    mutationFn: () => client.updateContent(id, { status: content.status === 'draft' ? 'published' : 'draft' }),
    onSuccess(saved) {
      queries.setQueryData(contentQueries.one(id).queryKey, saved);
      refresh();
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => client.deleteContent(id),
    async onSuccess() {
      await navigate({ to: '/' });
      queries.removeQueries({ queryKey: contentQueries.one(id).queryKey });
      refresh();
      toast(t('detail.deleted', { title: content.title }), {
        label: t('detail.undo'),
        run: () => void client.restoreContent(id).then(() => (refresh(), toast(t('detail.restored'))), onError),
      });
    },
    onError,
  });

  return (
    <div className="flex flex-wrap items-center gap-2">
      {isWriting && (
        <Button onClick={() => stop.mutate()} disabled={stop.isPending || stop.isSuccess}>
          <Square size={15} fill="currentColor" aria-hidden="true" />{' '}
          {stop.isPending || stop.isSuccess ? t('detail.stopping') : t('detail.stop')}
        </Button>
      )}
      {(generationStatus === 'failed' || generationStatus === 'cancelled') && (
        <Button look="primary" onClick={() => retry.mutate()} disabled={retry.isPending}>
          <RotateCcw size={16} aria-hidden="true" /> {retry.isPending ? t('detail.retrying') : t('detail.retry')}
        </Button>
      )}
      {!isWriting && (
        <>
          <Button onClick={onEdit}>
            <Pencil size={16} aria-hidden="true" /> {t('detail.edit')}
          </Button>
          <Button onClick={() => publish.mutate()} disabled={publish.isPending || text === ''}>
            {content.status === 'draft' ? t('detail.publish') : t('detail.unpublish')}
          </Button>
        </>
      )}
      {text !== '' && !isWriting && (
        <>
          <Button
            look="quiet"
            aria-label={t('detail.copy')}
            title={t('detail.copy')}
            onClick={() =>
              void copyText(text).then((isCopied) => toast(t(isCopied ? 'detail.copied' : 'detail.copyFailed')))
            }
          >
            <Copy size={17} aria-hidden="true" />
          </Button>
          <Button
            look="quiet"
            aria-label={t('detail.download')}
            title={t('detail.download')}
            onClick={() => download(content.title, text)}
          >
            <Download size={17} aria-hidden="true" />
          </Button>
        </>
      )}
      <Button look="danger" className="ml-auto" onClick={() => remove.mutate()} disabled={remove.isPending}>
        <Trash2 size={16} aria-hidden="true" /> <span className="max-sm:sr-only">{t('detail.delete')}</span>
      </Button>
    </div>
  );
}

/** What is going on, or how it ended: in words, and for a screen reader without every single word of the text. */
function Progress({
  content,
  live,
  runAfter,
}: {
  content: ContentView;
  live: ReturnType<typeof useGeneration>;
  runAfter: string | undefined;
}) {
  const { t, i18n } = useTranslation();
  const status = live?.status ?? content.generationStatus;
  const reason = live?.failureReason ?? content.failureReason;
  if (status === 'failed') {
    return (
      <Notice tone="bad" title={t('detail.failed')}>
        <p>{reason}</p>
        <p>{content.generatedText || live?.text ? t('detail.failedText') : t('detail.failedNoText')}</p>
      </Notice>
    );
  }
  if (status === 'cancelled') {
    return (
      <Notice title={t('detail.cancelled')}>
        {(content.generatedText || live?.text) && <p>{t('detail.cancelledText')}</p>}
      </Notice>
    );
  }
  if (status !== 'pending' && status !== 'processing') {
    return (
      <p role="status" className="sr-only">
        {live ? t('detail.done') : ''}
      </p>
    );
  }
  return (
    <div role="status" className="space-y-2">
      {live?.lastFailure && (
        <p className="rounded-lg bg-busy-soft px-4 py-3 text-sm text-busy">
          {status === 'processing'
            ? t('detail.nextTake', { previous: live.attempt - 1, take: live.attempt, reason: live.lastFailure })
            : t('detail.nextTakeSoon', { reason: live.lastFailure })}
        </p>
      )}
      <p className="flex items-center gap-3 text-sm text-muted">
        <span className="relative h-1 w-24 overflow-hidden rounded-full bg-line" aria-hidden="true">
          <span className="skeleton absolute inset-0" />
        </span>
        {status === 'processing'
          ? t('detail.writing')
          : runAfter !== undefined && Date.parse(runAfter) - Date.parse(content.createdAt) > 1000 && !live?.lastFailure
            ? t('detail.startsAt', { time: formatTime(runAfter, i18n.language) })
            : t('detail.waiting')}
      </p>
    </div>
  );
}

function download(title: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${
    title
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .slice(0, 80) || 'octavo'
  }.md`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function TextSkeleton() {
  return (
    <div className="max-w-[68ch] space-y-3" aria-hidden="true">
      {['w-2/3 h-7', '', '', 'w-11/12', 'w-1/2'].map((size, index) => (
        <div key={index} className={`skeleton h-4 ${size}`} />
      ))}
    </div>
  );
}

function PageSkeleton() {
  return (
    <div className="space-y-6 pt-10" aria-hidden="true">
      <div className="skeleton h-9 w-2/3" />
      <TextSkeleton />
    </div>
  );
}
