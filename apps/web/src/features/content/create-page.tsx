import type { GenerateBody } from '@octavo/contracts';
import { contentTypeNames, maxPromptLength, maxTitleLength } from '@octavo/contracts/names';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { TypeIcon } from '../../components/type-icon.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage, fieldMessage } from '../../lib/messages.ts';
import { newKey } from '../../lib/new-key.ts';
import { sessionStore } from '../../lib/session.ts';
import { useTitle } from '../../lib/use-title.ts';
import { forgetNewPiece, type NewPiece, readNewPiece, writeNewPiece } from './new-piece.ts';
import { contentQueries, providersQuery } from './queries.ts';

/** Says what should be written. The form outlives a reload; what was sent is gone from it. */
export function CreatePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [owner] = useState(() => sessionStore.read()?.user.id);
  const [draft, setDraft] = useState(() => readNewPiece(owner));
  const providers = useQuery(providersQuery);
  useTitle(t('create.title'));

  useEffect(() => writeNewPiece(owner, draft), [owner, draft]);
  // Another wish is another request.
  const change = (part: Partial<NewPiece>): void => setDraft((before) => ({ ...before, ...part, key: newKey() }));

  const submit = useMutation({
    mutationFn: () => {
      const body: GenerateBody = {
        title: draft.title,
        contentType: draft.contentType,
        prompt: draft.prompt,
        ...(draft.provider !== '' && { provider: draft.provider, ...(draft.model !== '' && { model: draft.model }) }),
      };
      return client.generate(body, draft.key);
    },
    async onSuccess(accepted) {
      forgetNewPiece();
      void queries.invalidateQueries({ queryKey: contentQueries.all });
      await navigate({ to: '/content/$id', params: { id: accepted.id } });
    },
  });

  const usable = (providers.data?.providers ?? []).filter(
    ({ available, contentTypes }) => available && contentTypes.includes(draft.contentType),
  );
  const automatic = providers.data?.defaults[draft.contentType];
  const writer = draft.provider || automatic;
  const chosen = usable.find(({ name }) => name === draft.provider);

  return (
    <form
      className="mx-auto max-w-2xl space-y-7"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit.mutate();
      }}
    >
      <h1 className="font-serif text-3xl font-semibold">{t('create.title')}</h1>
      {submit.isError && <Notice tone="bad">{errorMessage(submit.error, t)}</Notice>}

      <fieldset>
        <legend className="mb-2 text-sm font-medium">{t('create.type')}</legend>
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {contentTypeNames.map((name) => (
            <label
              key={name}
              className="relative cursor-pointer rounded-xl border border-line bg-raised p-3.5 transition-colors hover:border-muted has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="contentType"
                value={name}
                className="sr-only"
                checked={draft.contentType === name}
                onChange={() => change({ contentType: name, provider: '', model: '' })}
              />
              <span className="text-accent">
                <TypeIcon type={name} size={20} />
              </span>
              <span className="mt-2 block text-sm font-medium">{t(`types.${name}`)}</span>
              <span className="mt-0.5 block text-xs text-muted">{t(`types.${name}Hint`)}</span>
            </label>
          ))}
        </div>
      </fieldset>

      <Field label={t('create.name')} error={fieldMessage(submit.error, 'title')}>
        {(control) => (
          <input
            {...control}
            name="title"
            required
            maxLength={maxTitleLength}
            autoComplete="off"
            placeholder={t('create.namePlaceholder')}
            value={draft.title}
            onChange={(event) => change({ title: event.target.value })}
          />
        )}
      </Field>

      <div>
        <Field
          label={t('create.prompt')}
          error={fieldMessage(submit.error, 'prompt')}
          hint={
            <span className="flex justify-between gap-4">
              <span>{t('create.promptHint')}</span>
              {draft.prompt.length > maxPromptLength * 0.8 && (
                <span>{t('create.count', { count: draft.prompt.length, max: maxPromptLength })}</span>
              )}
            </span>
          }
        >
          {(control) => (
            <textarea
              {...control}
              name="prompt"
              required
              maxLength={maxPromptLength}
              rows={6}
              value={draft.prompt}
              onChange={(event) => change({ prompt: event.target.value })}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
                  event.currentTarget.form?.requestSubmit();
              }}
            />
          )}
        </Field>
        {draft.prompt === '' && (
          <div className="mt-3">
            <p className="mb-2 text-sm text-muted">{t('create.examples')}</p>
            <div className="flex flex-col items-start gap-2">
              {[t(`examples.${draft.contentType}.0`), t(`examples.${draft.contentType}.1`)].map((example) => (
                <button
                  key={example}
                  type="button"
                  className="rounded-lg border border-dashed border-line px-3 py-2 text-left font-serif text-[0.95rem] text-muted hover:border-muted hover:text-ink"
                  onClick={() => change({ prompt: example, ...(draft.title === '' && { title: titleFrom(example) }) })}
                >
                  {example}
                </button>
              ))}
            </div>
          </div>
        )}
      </div>

      <details className="group rounded-xl border border-line">
        <summary className="flex cursor-pointer list-none items-center gap-2 rounded-xl px-4 py-3 text-sm font-medium hover:bg-sunken [&::-webkit-details-marker]:hidden">
          <ChevronDown size={16} className="transition-transform group-open:rotate-180" aria-hidden="true" />{' '}
          {t('create.advanced')}
        </summary>
        <div className="grid gap-4 px-4 pt-1 pb-4 sm:grid-cols-2">
          <Field label={t('create.provider')} hint={chosen?.note} error={fieldMessage(submit.error, 'provider')}>
            {(control) => (
              <select
                {...control}
                value={draft.provider}
                onChange={(event) => change({ provider: event.target.value as NewPiece['provider'], model: '' })}
              >
                <option value="">
                  {t('create.automatic', { provider: automatic ? t(`providers.${automatic}`) : '' })}
                </option>
                {usable.map(({ name }) => (
                  <option key={name} value={name}>
                    {t(`providers.${name}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {chosen && (
            <Field label={t('create.model')} error={fieldMessage(submit.error, 'model')}>
              {(control) => (
                <>
                  <input
                    {...control}
                    list="models"
                    maxLength={200}
                    autoComplete="off"
                    placeholder={chosen.defaultModel ?? t('create.modelDefault')}
                    value={draft.model}
                    onChange={(event) => change({ model: event.target.value })}
                  />
                  <datalist id="models">
                    {chosen.models.map((model) => (
                      <option key={model} value={model}>
                        {model}
                      </option>
                    ))}
                  </datalist>
                </>
              )}
            </Field>
          )}
        </div>
      </details>

      {writer === 'sandbox' && <Notice>{t('create.sandbox')}</Notice>}
      {writer === 'local' && <Notice>{t('create.local')}</Notice>}

      <Button look="primary" type="submit" className="min-h-11 w-full sm:w-auto sm:px-8" disabled={submit.isPending}>
        {submit.isPending ? t('create.generating') : t('create.generate')}
      </Button>
    </form>
  );
}

function titleFrom(example: string): string {
  return (example.split(/[:;,]/)[0] ?? example).slice(0, 80);
}
