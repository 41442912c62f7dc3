import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';
import { contentQueries } from '../content/queries.ts';

const Markdown = lazy(() => import('../../components/markdown.tsx'));

interface AttemptReaderProps {
  generationId: string;
  attempt: number;
  title: string;
}

/** A button to the words of an attempt that did not count; they can become the text all the same. */
export function AttemptReader(props: AttemptReaderProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="mt-1 min-h-8 text-xs font-medium text-accent underline underline-offset-4"
        onClick={() => setIsOpen(true)}
      >
        {t('versions.readAttempt', { n: props.attempt })}
      </button>
      {isOpen && <Words {...props} onClose={() => setIsOpen(false)} />}
    </>
  );
}

function Words({ generationId, attempt, title, onClose }: AttemptReaderProps & { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const take = useQuery({
    queryKey: ['generation', generationId, 'attempt', attempt],
    queryFn: () => client.attempt(generationId, attempt),
  });
  const accept = useMutation({
    mutationFn: () => client.acceptAttempt(generationId, attempt),
    onSuccess(changed) {
      queries.setQueryData(contentQueries.one(changed.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: contentQueries.all });
      onClose();
      toast(t('versions.accepted'));
    },
  });
  const text = take.data?.text ?? '';
  const error = take.error ?? accept.error;
  return (
    <Dialog title={`${title} (${attempt})`} text={t('versions.attemptText')} isWide onClose={onClose}>
      {error && <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>}
      <Suspense fallback={<div className="skeleton h-40" />}>
        {text !== '' && <Markdown text={text} title={title} />}
      </Suspense>
      {text !== '' && (
        <div className="mt-5 flex justify-end">
          <Button look="primary" disabled={accept.isPending} onClick={() => accept.mutate()}>
            {t('versions.accept')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
