import type { ContentType } from '@octavo/contracts';
import { maxTitleLength } from '@octavo/contracts/names';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ComponentType, type FormEvent, lazy, Suspense, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { client } from '../../lib/client.ts';
import { fieldMessage } from '../../lib/messages.ts';
import { newKey } from '../../lib/new-key.ts';
import { sessionStore } from '../../lib/session.ts';
import { useTitle } from '../../lib/use-title.ts';
import { contentQueries, providersQuery } from '../content/queries.ts';
import { Estimate } from '../usage/estimate.tsx';
import { SubmitProblem } from '../usage/submit-problem.tsx';
import { Advanced } from './advanced.tsx';
import { ConnectLink } from './connect-link.tsx';
import type { FieldsProps } from './fields/fields-props.ts';
import { focusProblem } from './focus-problem.ts';
import { KindPicker } from './kind-picker.tsx';
import { forgetNewPiece, type NewPiece, readNewPiece, writeNewPiece } from './new-piece.ts';
import { PromptField } from './prompt-field.tsx';
import { isResting, Resting } from './resting.tsx';
import { type FieldName, findProblems, isTitleNeeded, shortened, toBody } from './to-body.ts';
import { useFallbackTitle } from './use-fallback-title.ts';

const route = getRouteApi('/app/new');
const fieldsOf: Partial<Record<ContentType, ComponentType<FieldsProps>>> = {
  story: lazy(() => import('./fields/story-fields.tsx')),
  image: lazy(() => import('./fields/image-fields.tsx')),
  description: lazy(() => import('./fields/description-fields.tsx')),
  translation: lazy(() => import('./fields/translation-fields.tsx')),
};

/** Says what should be made. The form outlives a reload; what was sent is gone from it. */
export function CreatePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const wanted = route.useSearch();
  const [owner] = useState(() => sessionStore.read()?.user.id);
  const [draft, setDraft] = useState(() => withWanted(readNewPiece(owner), wanted));
  const [isTried, setIsTried] = useState(false);
  const providers = useQuery({
    ...providersQuery,
    // Whoever rests is back soon.
    refetchInterval: ({ state }) => (state.data?.providers.some(isResting) ? 5000 : false),
  });
  const fallbackTitle = useFallbackTitle(draft);
  const form = useRef<HTMLFormElement>(null);
  useTitle(t('create.title'));

  useEffect(() => writeNewPiece(owner, draft), [owner, draft]);
  // The address has been taken into the form; a reload is to show the form as it is then.
  useEffect(() => {
    if (Object.keys(wanted).length > 0) void navigate({ to: '/new', replace: true });
  }, [wanted, navigate]);
  // A field to begin with, where that does not open a keyboard over half the page.
  useEffect(() => {
    if (window.matchMedia('(pointer: fine)').matches)
      form.current?.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true });
  }, []);

  const submit = useMutation({
    mutationFn: () => client.generate(toBody(draft, fallbackTitle), draft.key),
    async onSuccess(accepted) {
      forgetNewPiece();
      void queries.invalidateQueries({ queryKey: contentQueries.all });
      await navigate({ to: '/content/$id', params: { id: accepted.id } });
    },
  });
  // Another wish is another request.
  const change = (part: Partial<NewPiece>): void => setDraft((before) => ({ ...before, ...part, key: newKey() }));

  const problems = isTried ? findProblems(draft) : {};
  const errorOf = (field: string): string | undefined => {
    const problem = problems[field as FieldName];
    return problem ? t(`field.${problem}`) : fieldMessage(submit.error, field, t);
  };
  // The first field that is wrong is where one goes on.
  useEffect(() => {
    if (isTried || submit.isError) focusProblem(form.current);
  }, [isTried, submit.isError]);
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (submit.isPending) return;
    if (Object.keys(findProblems(draft)).length === 0) submit.mutate();
    else if (isTried) focusProblem(form.current);
    else setIsTried(true);
  }

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      const isInside = event.target === document.body || form.current?.contains(event.target as Node);
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !isInside) return;
      event.preventDefault();
      form.current?.requestSubmit();
    }
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const isComplete = Object.keys(findProblems(draft)).length === 0;
  const { contentType } = draft;
  const usable = (providers.data?.providers ?? []).filter(
    ({ available, contentTypes }) => available && contentTypes.includes(contentType),
  );
  const automatic = providers.data?.defaults[contentType];
  const maker = draft.provider || automatic;
  const Fields = fieldsOf[contentType];
  const hasPrompt = contentType !== 'description' && contentType !== 'translation';
  const isTitleFirst = isTitleNeeded(draft);
  const title = (
    <Field
      label={isTitleFirst ? t('create.name') : t('create.nameOptional')}
      hint={isTitleFirst ? undefined : t('create.nameHint')}
      error={errorOf('title')}
    >
      {(control) => (
        <input
          {...control}
          name="title"
          data-first={isTitleFirst ? '' : undefined}
          maxLength={maxTitleLength}
          autoComplete="off"
          placeholder={isTitleFirst ? t('create.namePlaceholder') : fallbackTitle}
          value={draft.title}
          onChange={(event) => change({ title: event.target.value })}
        />
      )}
    </Field>
  );

  return (
    <form ref={form} noValidate className="min-w-0" onSubmit={onSubmit}>
      <div className="mb-6 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <PageTitle className="font-serif text-3xl font-semibold">{t('create.title')}</PageTitle>
        <Link to="/batches/new" className="text-sm font-medium text-accent underline underline-offset-4">
          {t('nav.manyAtOnce')}
        </Link>
      </div>
      <div className="grid items-start gap-x-10 gap-y-7 lg:grid-cols-[17rem_minmax(0,1fr)]">
        <div className="lg:sticky lg:top-20">
          <KindPicker
            value={contentType}
            onChange={(kind) => {
              change({ contentType: kind, provider: '', model: '' });
              setIsTried(false);
              submit.reset();
            }}
          />
        </div>
        <div className="max-w-2xl min-w-0 space-y-6">
          {submit.isError && <SubmitProblem error={submit.error} />}
          {isTitleFirst && title}
          {hasPrompt && (
            <div>
              <PromptField
                label={contentType === 'story' ? t('story.idea') : t('create.prompt')}
                hint={
                  contentType === 'image'
                    ? t('image.promptHint')
                    : contentType === 'story'
                      ? t('story.ideaHint')
                      : t('create.promptHint')
                }
                error={errorOf('prompt')}
                isFirst={!isTitleFirst}
                value={draft.prompt}
                onChange={(prompt) => change({ prompt })}
              />
              {draft.prompt === '' && (
                <Examples
                  kind={contentType}
                  onPick={(example) =>
                    change({
                      prompt: example,
                      ...(isTitleFirst &&
                        draft.title === '' && { title: shortened(example.split(/[:;,]/)[0] ?? example) }),
                    })
                  }
                />
              )}
            </div>
          )}
          {Fields && (
            <Suspense fallback={<div className="skeleton h-40" aria-hidden="true" />}>
              <Fields draft={draft} change={change} errorOf={errorOf} />
              <Shown
                key={contentType}
                onShown={() => {
                  if (isTried || submit.isError) focusProblem(form.current);
                }}
              />
            </Suspense>
          )}
          {!isTitleFirst && title}
          <Advanced draft={draft} change={change} errorOf={errorOf} usable={usable} automatic={automatic} />
          {maker === 'sandbox' && (
            <Notice>
              <p>
                {t(contentType === 'image' ? 'create.sandboxImage' : 'create.sandbox')} <ConnectLink />
              </p>
            </Notice>
          )}
          {maker === 'local' && contentType === 'story' && <Notice>{t('create.local')}</Notice>}
          <Resting provider={usable.find(({ name }) => name === maker)} isChosen={draft.provider !== ''} />
          <div className="flex flex-wrap items-center gap-4">
            <Button
              look="primary"
              type="submit"
              className="min-h-11 w-full sm:w-auto sm:px-8"
              disabled={submit.isPending}
            >
              {submit.isPending ? t('create.generating') : t('create.generate')}
            </Button>
            <Estimate body={isComplete ? toBody(draft, fallbackTitle) : undefined} />
            <span className="text-sm text-muted max-sm:hidden pointer-coarse:hidden">
              <kbd className="rounded border border-line bg-sunken px-1.5 py-0.5 font-sans text-xs">Ctrl Enter</kbd>
            </span>
          </div>
        </div>
      </div>
    </form>
  );
}

function Examples({ kind, onPick }: { kind: ContentType; onPick: (example: string) => void }) {
  const { t } = useTranslation();
  if (kind === 'description' || kind === 'translation') return null;
  return (
    <div className="mt-3">
      <p className="mb-2 text-sm text-muted">{t('create.examples')}</p>
      <div className="flex flex-col items-start gap-2">
        {[t(`examples.${kind}.0`), t(`examples.${kind}.1`)].map((example) => (
          <button
            key={example}
            type="button"
            className="rounded-lg border border-dashed border-line px-3 py-2 text-left font-serif text-[0.95rem] text-muted hover:border-muted hover:text-ink"
            onClick={() => onPick(example)}
          >
            {example}
          </button>
        ))}
      </div>
    </div>
  );
}

/** What a link to the form asks for: a kind, and an image or a piece to make it from. */
function withWanted(draft: NewPiece, wanted: { kind?: ContentType; image?: string; piece?: string }): NewPiece {
  const { kind = draft.contentType, image, piece } = wanted;
  if (Object.keys(wanted).length === 0) return draft;
  return {
    ...draft,
    contentType: kind,
    ...(kind !== draft.contentType && { provider: '', model: '' }),
    ...(image && kind === 'description' && { description: { ...draft.description, mediaId: image, imageName: '' } }),
    ...(image && kind === 'image' && { image: { ...draft.image, references: [image] } }),
    ...(piece && kind === 'translation' && { translation: { ...draft.translation, from: 'piece', contentId: piece } }),
    key: newKey(),
  };
}

/** Tells when what it stands beside has been loaded: whoever was quicker could not be led to what is wrong there. */
function Shown({ onShown }: { onShown: () => void }) {
  const tell = useEffectEvent(onShown);
  useEffect(() => {
    tell();
  }, []);
  return null;
}
