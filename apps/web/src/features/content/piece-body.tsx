import type { ContentView, DescriptionInput, GenerationView, ImageInput, TranslationInput } from '@octavo/contracts';
import type { LiveText } from '@octavo/sdk';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../components/empty.tsx';
import { useLanguageName } from '../../lib/use-languages.ts';
import { excerpt } from '../../lib/excerpt.ts';
import { AltForm } from '../media/alt-form.tsx';
import { Gallery } from '../media/gallery.tsx';
import { Picture } from '../media/picture.tsx';
import { mediaQueries } from '../media/queries.ts';

const Markdown = lazy(() => import('../../components/markdown.tsx'));

interface BodyProps {
  content: ContentView;
  generation: GenerationView | undefined;
  live: LiveText | undefined;
  text: string;
  isRunning: boolean;
  isWriting: boolean;
}

/** The piece itself, as its kind wants to be looked at. */
export function PieceBody(props: BodyProps) {
  const { content, generation } = props;
  const input = generation?.input ?? undefined;
  if (content.contentType === 'image') return <Images {...props} input={input as ImageInput | undefined} />;
  const text = <Text {...props} language={(input as { language?: string } | undefined)?.language} />;
  if (content.contentType === 'description')
    return (
      <Described mediaId={(input as DescriptionInput | undefined)?.mediaId} words={props.isRunning ? '' : props.text}>
        {text}
      </Described>
    );
  if (content.contentType === 'translation' && input)
    return <Translated {...props} input={input as TranslationInput} />;
  return text;
}

function Text({ content, text, isRunning, isWriting, language }: BodyProps & { language?: string | undefined }) {
  const { t } = useTranslation();
  const { tagOf } = useLanguageName();
  return (
    <div
      data-testid="output"
      className="min-h-24"
      aria-busy={isRunning}
      lang={language === undefined ? undefined : tagOf(language)}
    >
      {text !== '' && (
        <Suspense fallback={<div className="prose whitespace-pre-wrap">{text}</div>}>
          <Markdown text={text} title={content.title} isWriting={isWriting} />
        </Suspense>
      )}
      {text === '' && isRunning && <TextSkeleton />}
      {text === '' && !isRunning && content.version > 0 && (
        <Empty title={t('detail.empty')} text={t('detail.emptyText')} />
      )}
    </div>
  );
}

function Images({ content, live, isRunning, input }: BodyProps & { input: ImageInput | undefined }) {
  // A new attempt draws all of them again; the content still shows those of the last one.
  const images = isRunning ? (live?.images ?? []) : content.images.length > 0 ? content.images : (live?.images ?? []);
  return (
    <div data-testid="output" aria-busy={isRunning}>
      <Gallery
        images={images}
        awaited={isRunning ? (input?.count ?? 1) : 0}
        aspectRatio={input?.aspectRatio ?? '1:1'}
      />
    </div>
  );
}

/** The image beside its `words`, which may become what is said of it everywhere. */
function Described({ mediaId, words, children }: { mediaId: string | undefined; words: string; children: ReactNode }) {
  const { t } = useTranslation();
  const image = useQuery(mediaQueries.one(mediaId));
  return (
    <div className="grid items-start gap-8 md:grid-cols-2">
      <div className="space-y-3">
        {image.data ? (
          <Picture
            image={image.data}
            alt={image.data.alt || t('description.image')}
            className="h-auto w-full rounded-xl"
          />
        ) : image.isError ? (
          <p className="text-sm text-muted">{t('description.gone')}</p>
        ) : (
          <div className="skeleton aspect-[4/3] rounded-xl" aria-hidden="true" />
        )}
        {image.data && <AltForm image={image.data} {...(words !== '' && { suggestion: excerpt(words, '', 1900) })} />}
      </div>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

/** Side by side where there is room; on a phone one after the other, by choice. */
function Translated(props: BodyProps & { input: TranslationInput }) {
  const { t } = useTranslation();
  const { nameOf, tagOf } = useLanguageName();
  const { input, content } = props;
  const [side, setSide] = useState<'source' | 'target'>('target');
  const names = {
    source: input.source ? nameOf(input.source) : t('translation.original'),
    target: nameOf(input.target),
  };
  const columnClass = (of: typeof side) => `min-w-0 ${side === of ? '' : 'max-lg:hidden'}`;
  return (
    <>
      <div
        className="mb-5 grid grid-cols-2 gap-1 rounded-lg bg-sunken p-1 lg:hidden"
        role="group"
        aria-label={t('translation.sides')}
      >
        {(['source', 'target'] as const).map((of) => (
          <button
            key={of}
            type="button"
            className="min-h-10 rounded-md px-3 text-sm text-muted first-letter:uppercase aria-pressed:bg-raised aria-pressed:font-medium aria-pressed:text-ink aria-pressed:shadow-card"
            aria-pressed={side === of}
            onClick={() => setSide(of)}
          >
            {names[of]}
          </button>
        ))}
      </div>
      <div className="grid items-start gap-x-12 gap-y-6 lg:grid-cols-2">
        <section className={columnClass('source')} aria-labelledby="source">
          <h2
            id="source"
            className="mb-4 border-b border-line pb-2 text-sm font-medium text-muted first-letter:uppercase max-lg:sr-only"
          >
            {names.source}
          </h2>
          <div lang={input.source ? tagOf(input.source) : undefined} data-testid="source">
            <Suspense fallback={<div className="prose whitespace-pre-wrap">{input.text}</div>}>
              <Markdown text={input.text ?? ''} title={content.title} />
            </Suspense>
          </div>
        </section>
        <section className={columnClass('target')} aria-labelledby="target">
          <h2
            id="target"
            className="mb-4 border-b border-line pb-2 text-sm font-medium text-muted first-letter:uppercase max-lg:sr-only"
          >
            {names.target}
          </h2>
          <Text {...props} language={input.target} />
        </section>
      </div>
    </>
  );
}

export function TextSkeleton() {
  return (
    <div className="max-w-[68ch] space-y-3" aria-hidden="true">
      {['w-2/3 h-7', '', '', 'w-11/12', 'w-1/2'].map((size, index) => (
        <div key={index} className={`skeleton h-4 ${size}`} />
      ))}
    </div>
  );
}
