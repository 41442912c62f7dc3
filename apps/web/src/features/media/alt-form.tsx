import type { MediaView } from '@octavo/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';

const maxAltLength = 2000;

/** What the image shows, for people who do not see it; to be read and changed. `suggestion` is one press away. */
export function AltForm({ image, suggestion }: { image: MediaView; suggestion?: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<string>();
  const edit = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setDraft(undefined);
    requestAnimationFrame(() => edit.current?.focus());
  };
  const save = useMutation({
    mutationFn: (alt: string) => client.updateMedia(image.id, alt),
    async onSuccess() {
      await Promise.all(
        ['content', 'generation', 'media'].map((name) => queries.invalidateQueries({ queryKey: [name] })),
      );
      close();
      toast(t('images.altSaved'));
    },
    onError: (error) => toast(errorMessage(error, t)),
  });

  if (draft === undefined) {
    return (
      <div className="space-y-2">
        <p className="flex items-start gap-1 text-sm text-muted">
          <span className="min-w-0 flex-1 py-1.5 break-words">{image.alt || <em>{t('images.noAlt')}</em>}</span>
          <button
            ref={edit}
            type="button"
            className="rounded-md p-2 hover:bg-sunken hover:text-ink"
            aria-label={t('images.editAlt')}
            title={t('images.editAlt')}
            onClick={() => setDraft(image.alt)}
          >
            <Pencil size={15} aria-hidden="true" />
          </button>
        </p>
        {suggestion !== undefined && suggestion !== image.alt && (
          <Button className="min-h-9" disabled={save.isPending} onClick={() => save.mutate(suggestion)}>
            {t('images.useWords')}
          </Button>
        )}
      </div>
    );
  }
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(draft);
      }}
    >
      <Field label={t('images.alt')} hint={t('images.altHint')}>
        {(control) => (
          <textarea
            {...control}
            className={`${control.className} text-sm`}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- it takes the place of the button that was pressed
            autoFocus
            rows={3}
            maxLength={maxAltLength}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), close())}
          />
        )}
      </Field>
      <div className="flex gap-2">
        <Button look="primary" type="submit" disabled={save.isPending}>
          {t('detail.save')}
        </Button>
        <Button look="quiet" onClick={close}>
          {t('detail.cancel')}
        </Button>
      </div>
    </form>
  );
}
