import type { ContentView } from '@octavo/contracts';
import { maxTitleLength } from '@octavo/contracts/names';
import { ApiError } from '@octavo/sdk';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/form/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage, fieldMessage } from '../../lib/messages.ts';
import { Conflict } from './conflict.tsx';
import { contentQueries } from './queries.ts';
import { forgetDraft, readDraft, settleDraft, type UnsavedDraft, writeDraft } from './unsaved.ts';

const Markdown = lazy(() => import('../../components/markdown.tsx'));

/** Changes title and text. What is not saved yet survives a reload, a lost session and a closed tab. */
export function Editor({
  content,
  onClose,
  onReopen,
}: {
  content: ContentView;
  onClose: () => void;
  /** Words came back after the editor was closed. */
  onReopen: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [kept] = useState(() => readDraft(content.id));
  const [title, setTitle] = useState(kept?.title ?? content.title);
  const [text, setText] = useState(kept?.text ?? content.generatedText);
  // The revision these changes were made on: a newer one on the server is somebody else's work.
  const [base, setBase] = useState(kept?.revision ?? content.revision);
  const [isPreview, setIsPreview] = useState(false);
  const isChanged = title !== content.title || text !== content.generatedText;

  useEffect(() => {
    if (isChanged) writeDraft(content.id, { title, text, revision: base });
    else forgetDraft(content.id);
  }, [content.id, isChanged, title, text, base]);

  const now = useRef({ title, text });
  useEffect(() => void (now.current = { title, text }), [title, text]);
  const save = useMutation({
    mutationFn: ({ title, text, revision, newVersion }: UnsavedDraft & { newVersion?: boolean }) =>
      client.updateContent(content.id, { title, generatedText: text, revision, ...(newVersion && { newVersion }) }),
    onSuccess(saved, sent) {
      settleDraft(content.id, sent, saved.revision);
      queries.setQueryData(contentQueries.one(content.id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: contentQueries.all });
    },
  });
  const submit = (revision: number, newVersion = false): void =>
    save.mutate(
      { title, text, revision, newVersion },
      {
        onSuccess(saved, sent) {
          // What was typed while the save was under way is a change of what was saved.
          if (now.current.title === sent.title && now.current.text === sent.text) onClose();
          else setBase(saved.revision);
        },
      },
    );
  const isConflict = save.error instanceof ApiError && save.error.code === 'version_conflict';
  const blocker = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  });

  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      form.current?.requestSubmit();
    }
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const discard = (): void => {
    forgetDraft(content.id);
    setTitle(content.title);
    setText(content.generatedText);
    setBase(content.revision);
  };

  /** Other words take the place of those in the editor, which can come back. */
  function replace(next: UnsavedDraft, said: string): void {
    const former = { ...now.current, revision: next.revision };
    setTitle(next.title);
    setText(next.text);
    setBase(next.revision);
    toast(said, {
      label: t('detail.undo'),
      run() {
        if (form.current) return replace(former, t('detail.typedBack'));
        // The editor is gone by now; this is what it opens with.
        writeDraft(content.id, former);
        toast(t('detail.typedBack'));
        onReopen();
      },
    });
  }
  const takeTheirs = (theirs: ContentView): void => {
    queries.setQueryData(contentQueries.one(content.id).queryKey, theirs);
    void queries.invalidateQueries({ queryKey: contentQueries.all });
    save.reset();
    const { title, generatedText, revision } = theirs;
    replace({ title, text: generatedText, revision }, t('detail.theirsTaken'));
  };
  const keepMine = (theirs: ContentView): void => {
    queries.setQueryData(contentQueries.one(content.id).queryKey, theirs);
    setBase(theirs.revision);
    submit(theirs.revision, true);
  };

  return (
    <form
      ref={form}
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && !save.isPending) submit(base);
      }}
    >
      {kept && isChanged && (
        <Notice>
          <p>
            {t('detail.kept')}{' '}
            <button type="button" className="font-semibold underline underline-offset-2" onClick={discard}>
              {t('detail.discard')}
            </button>
          </p>
        </Notice>
      )}
      {save.isError && !isConflict && <Notice tone="bad">{errorMessage(save.error, t)}</Notice>}
      <Field label={t('create.name')} error={fieldMessage(save.error, 'title', t)}>
        {(control) => (
          <input
            {...control}
            name="title"
            required
            maxLength={maxTitleLength}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        )}
      </Field>
      <div>
        <div className="mb-2 flex gap-1" role="group" aria-label={t('detail.textHint')}>
          {[false, true].map((preview) => (
            <Button
              key={String(preview)}
              look="quiet"
              className="min-h-8 px-3 aria-pressed:bg-sunken aria-pressed:text-ink"
              aria-pressed={isPreview === preview}
              onClick={() => setIsPreview(preview)}
            >
              {preview ? t('detail.preview') : t('detail.write')}
            </Button>
          ))}
        </div>
        {isPreview ? (
          <div className="min-h-80 rounded-lg border border-line bg-raised p-5">
            <Suspense fallback={<div className="skeleton h-40" />}>
              <Markdown text={text} title={title} />
            </Suspense>
          </div>
        ) : (
          <Field
            label={t('detail.text')}
            hint={t('detail.textHint')}
            error={fieldMessage(save.error, 'generatedText', t)}
          >
            {(control) => (
              <textarea
                {...control}
                name="text"
                // oxlint-disable-next-line jsx-a11y/no-autofocus -- it takes the place of the button that was pressed
                autoFocus={!kept}
                dir="auto"
                className={`${control.className} h-[calc(100dvh-29.5rem)] min-h-72 resize-y font-serif text-lg leading-relaxed`}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        )}
      </div>
      {/* The field fits into the window above it; only a long preview goes on below. */}
      <div
        className={`-mx-4 flex items-center gap-2 border-t border-line px-4 py-3 sm:mx-0 sm:px-0 ${isPreview ? 'sticky bottom-0 bg-paper/95 backdrop-blur' : ''}`}
      >
        <Button look="primary" type="submit" disabled={save.isPending || !isChanged}>
          {save.isPending ? t('detail.saving') : t('detail.save')}
        </Button>
        <Button look="quiet" onClick={() => (forgetDraft(content.id), onClose())}>
          {t('detail.cancel')}
        </Button>
        <span role="status" className="ml-auto text-sm text-muted">
          {isChanged ? t('detail.unsaved') : ''}
        </span>
      </div>

      {isConflict && (
        <Conflict
          id={content.id}
          mine={{ title, text }}
          onTakeTheirs={takeTheirs}
          onKeepMine={keepMine}
          onClose={() => save.reset()}
        />
      )}
      {blocker.status === 'blocked' && (
        <Dialog title={t('detail.leave')} text={t('detail.leaveText')} onClose={blocker.reset}>
          <div className="flex justify-end gap-2">
            <Button onClick={blocker.proceed}>{t('detail.leaveAnyway')}</Button>
            <Button look="primary" onClick={blocker.reset}>
              {t('detail.stay')}
            </Button>
          </div>
        </Dialog>
      )}
    </form>
  );
}
