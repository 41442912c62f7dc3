import type { BatchDetail, BatchView } from '@octavo/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Ban, Download, Pause, Play, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';
import { fileName, saveFile } from '../../lib/save-file.ts';
import { SubmitProblem } from '../usage/submit-problem.tsx';
import { batchQueries } from './queries.ts';

type Question = 'cancel' | 'remove';

/** What can be done with a batch as it is now. */
export function BatchActions({ batch }: { batch: BatchDetail }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, title, status, counts } = batch;
  const [question, setQuestion] = useState<Question>();
  const act = useMutation({
    mutationFn: (call: (id: string) => Promise<BatchView>) => call(id),
    onSuccess(now) {
      setQuestion(undefined);
      queries.setQueryData(batchQueries.one(id).queryKey, (before) => before && { ...before, ...now });
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: batchQueries.all }),
  });
  const remove = useMutation({
    mutationFn: () => client.deleteBatch(id),
    async onSuccess() {
      await navigate({ to: '/batches' });
      queries.removeQueries({ queryKey: batchQueries.one(id).queryKey });
      void queries.invalidateQueries({ queryKey: batchQueries.all });
      toast(t('batch.removed'));
    },
  });
  const get = useMutation({
    mutationFn: async (format: 'csv' | 'zip') =>
      saveFile(fileName(title, format), await client.batchResults(id, format)),
    onError: (error) => toast(errorMessage(error, t, i18n.language)),
  });
  const error = question ? null : act.error;
  const isBusy = act.isPending;
  const canRetry = counts.failed > 0 && status !== 'draft' && status !== 'running';
  const asked =
    question &&
    {
      cancel: {
        title: t('batch.cancelTitle'),
        text: t('batch.cancelText'),
        no: t('batch.keepRunning'),
        yes: t('batch.cancel'),
        mutation: act,
        run: () => act.mutate(client.cancelBatch),
      },
      remove: {
        title: t('batch.removeTitle'),
        text: t('batch.removeText'),
        no: t('detail.cancel'),
        yes: t('batch.remove'),
        mutation: remove,
        run: () => remove.mutate(),
      },
    }[question];

  return (
    <div className="w-full space-y-3 sm:w-auto">
      <div className="flex flex-wrap gap-2 sm:justify-end">
        {status === 'draft' && (
          <Button look="primary" disabled={isBusy} onClick={() => act.mutate(client.startBatch)}>
            <Play size={16} aria-hidden="true" /> {t('batch.start')}
          </Button>
        )}
        {status === 'running' && (
          <Button disabled={isBusy} onClick={() => act.mutate(client.pauseBatch)}>
            <Pause size={16} aria-hidden="true" /> {t('batch.pause')}
          </Button>
        )}
        {status === 'paused' && (
          <Button look="primary" disabled={isBusy} onClick={() => act.mutate(client.resumeBatch)}>
            <Play size={16} aria-hidden="true" /> {t('batch.resume')}
          </Button>
        )}
        {canRetry && (
          <Button
            look={status === 'paused' ? 'secondary' : 'primary'}
            disabled={isBusy}
            onClick={() => act.mutate(client.retryBatch)}
          >
            <RotateCcw size={16} aria-hidden="true" /> {t('batch.retry', { count: counts.failed })}
          </Button>
        )}
        {status !== 'draft' &&
          (['csv', 'zip'] as const).map((format) => (
            <Button key={format} disabled={get.isPending} onClick={() => get.mutate(format)}>
              <Download size={16} aria-hidden="true" />{' '}
              {get.isPending && get.variables === format
                ? t('batch.downloading')
                : t(format === 'csv' ? 'batch.downloadCsv' : 'batch.downloadZip')}
            </Button>
          ))}
        {(status === 'running' || status === 'paused') && (
          <Button look="danger" disabled={isBusy} onClick={() => setQuestion('cancel')}>
            <Ban size={16} aria-hidden="true" /> {t('batch.cancel')}
          </Button>
        )}
        {status !== 'running' && (
          <Button look="danger" onClick={() => setQuestion('remove')}>
            <Trash2 size={16} aria-hidden="true" /> {t('batch.remove')}
          </Button>
        )}
      </div>
      {error && <SubmitProblem error={error} />}
      {asked && (
        <Dialog title={asked.title} text={asked.text} onClose={() => setQuestion(undefined)}>
          {asked.mutation.error && <SubmitProblem error={asked.mutation.error} />}
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <Button onClick={() => setQuestion(undefined)}>{asked.no}</Button>
            <Button look="danger" disabled={asked.mutation.isPending} onClick={asked.run}>
              {asked.yes}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
