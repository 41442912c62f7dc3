import type { ContentView } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { TypeIcon } from '../../components/type-icon.tsx';
import { countWords } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Facts } from '../generations/facts.tsx';
import { useGeneration } from '../generations/use-generation.ts';
import { freshForMs } from '../media/queries.ts';
import { Badge } from './badges.tsx';
import { NewerText } from '../versions/newer-text.tsx';
import { Editor } from './editor.tsx';
import { PieceBody, TextSkeleton } from './piece-body.tsx';
import { PieceProgress } from './piece-progress.tsx';
import { pieceState } from './piece-state.ts';
import { PieceToolbar } from './piece-toolbar.tsx';
import { contentQueries, generationQuery } from './queries.ts';
import { readDraft } from './unsaved.ts';

const route = getRouteApi('/app/content/$id');

export function DetailPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const content = useQuery({ ...contentQueries.one(id), refetchInterval: freshForMs });
  useTitle(content.data?.title ?? '');

  if (content.isPending) return <PageSkeleton />;
  // What was loaded once stays on the page when it cannot be loaded anew.
  if (!content.data) {
    const isMissing =
      content.error instanceof ApiError && (content.error.status === 404 || content.error.status === 400);
    return isMissing ? (
      <Empty title={t('detail.missing')} text={t('detail.missingText')} isPage>
        <div className="flex flex-wrap justify-center gap-2">
          <Link to="/" className={buttonClass()}>
            {t('detail.back')}
          </Link>
          <Link to="/" search={{ deleted: 'only' }} className={buttonClass('quiet')}>
            {t('deleted.title')}
          </Link>
        </div>
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
  const isAwaited = content.generationStatus === 'pending' || content.generationStatus === 'processing';
  const generation = useQuery(generationQuery(content.jobId)).data;
  const live = useGeneration(content.jobId, isAwaited);
  const queries = useQueryClient();
  const attempt = live?.attempt;
  // What became of the attempt before is in the list of attempts.
  useEffect(() => {
    if (attempt !== undefined && attempt > 1)
      void queries.invalidateQueries({ queryKey: ['generation', content.jobId] });
  }, [attempt, content.jobId, queries]);
  const state = pieceState(content, generation, live?.status);
  const text = isAwaited ? (live?.text ?? '') || content.generatedText : content.generatedText;
  function close(): void {
    setIsEditing(false);
    // The editor was taller: what is read now begins at the top.
    window.scrollTo({ top: 0 });
  }
  // Two columns of text leave no room for a third.
  const isWide = content.contentType === 'translation' && !isEditing;

  return (
    <>
      <Link to="/" className="mb-5 inline-flex items-center gap-1.5 rounded-md text-sm text-muted hover:text-ink">
        <ArrowLeft size={16} aria-hidden="true" /> {t('detail.back')}
      </Link>
      <div className={isWide ? '' : 'grid items-start gap-8 lg:grid-cols-[minmax(0,1fr)_19rem]'}>
        <article className="min-w-0">
          <header className="mb-6">
            <div className="mb-2 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted">
              <span className="inline-flex items-center gap-1.5">
                <TypeIcon type={content.contentType} size={16} /> {t(`types.${content.contentType}`)}
              </span>
              <Badge content={content} status={state.status} hasOwnText={state.hasOwnText} />
              {text !== '' && <span>{t('detail.words', { count: countWords(text) })}</span>}
            </div>
            <PageTitle
              key={String(isEditing)}
              className={
                isEditing
                  ? 'sr-only'
                  : 'font-serif text-3xl leading-tight font-semibold text-balance break-words sm:text-4xl'
              }
            >
              {content.title}
            </PageTitle>
          </header>

          {isEditing ? (
            <Editor content={content} onClose={close} onReopen={() => setIsEditing(true)} />
          ) : (
            <>
              <PieceToolbar content={content} text={text} state={state} onEdit={() => setIsEditing(true)} />
              <div className="mt-6 space-y-6">
                {content.pendingVersion !== null && !state.isRunning && (
                  <NewerText content={content} number={content.pendingVersion} />
                )}
                <PieceProgress content={content} generation={generation} live={live} state={state} />
                <PieceBody
                  content={content}
                  generation={generation}
                  live={live}
                  text={text}
                  isRunning={state.isRunning}
                  isWriting={state.status === 'processing'}
                />
              </div>
            </>
          )}
        </article>
        <Facts content={content} generation={generation} isWide={isWide} />
      </div>
    </>
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
