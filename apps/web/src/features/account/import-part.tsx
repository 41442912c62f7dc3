import type { ImportResult } from '@octavo/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { formatBytes } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { sendWithProgress } from '../../lib/send-with-progress.ts';
import { importProblem } from './import-problem.ts';
import { Section } from './section.tsx';

export function ImportPart() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [sent, setSent] = useState(0);
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);
  const send = useMutation({
    async mutationFn(file: File) {
      const { signal } = (stopping.current = new AbortController());
      setSent(0);
      const body = { content: file, type: 'application/zip' };
      return sendWithProgress<ImportResult>('/api/account/import', body, setSent, signal).catch((error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      });
    },
    // Pieces, images and usage are others now.
    onSuccess: () => queries.invalidateQueries(),
  });
  const [chosen, setChosen] = useState<File>();
  const words = sent < 1 ? t('data.sending', { name: send.variables?.name ?? '' }) : t('data.unpacking');
  return (
    <Section title={t('data.import')} text={t('data.importText')}>
      {send.error && <ImportProblem error={send.error} />}
      {send.data && (
        <Notice tone="good" title={t('data.importedTitle')}>
          <p>{t('data.imported', { ...send.data })}</p>
        </Notice>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept=".zip,application/zip"
        aria-label={t('data.importChoose')}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          // The same file may be chosen once more.
          target.value = '';
          if (file) setChosen(file);
        }}
      />
      {send.isPending ? (
        <div className="space-y-2">
          <p role="status" className="text-sm break-words">
            {words}
          </p>
          <progress
            className="h-2 w-full overflow-hidden rounded-full"
            aria-label={words}
            max={1}
            {...(sent < 1 ? { value: sent } : {})}
          />
          {sent < 1 && (
            <Button look="quiet" onClick={() => stopping.current?.abort()}>
              {t('data.stop')}
            </Button>
          )}
        </div>
      ) : (
        <Button onClick={() => input.current?.click()}>
          <Upload size={16} aria-hidden="true" /> {t('data.importChoose')}
        </Button>
      )}
      {chosen && (
        <Dialog title={t('data.importTitle')} text={t('data.importAsk')} onClose={() => setChosen(undefined)}>
          <p className="rounded-lg bg-sunken px-4 py-3 text-sm break-words">
            {t('data.importFile', { name: chosen.name, size: formatBytes(chosen.size, i18n.language) })}
          </p>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <Button onClick={() => setChosen(undefined)}>{t('account.cancel')}</Button>
            <Button
              look="primary"
              onClick={() => {
                send.mutate(chosen);
                setChosen(undefined);
              }}
            >
              {t('data.import')}
            </Button>
          </div>
        </Dialog>
      )}
    </Section>
  );
}

function ImportProblem({ error }: { error: Error }) {
  const { t, i18n } = useTranslation();
  const why = importProblem(error);
  if (why === undefined) return <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>;
  const title = why === 'newer' || why === 'broken' ? 'data.importRefused' : 'data.importNoExport';
  return (
    <Notice tone="bad" title={t(title)}>
      <p>{t(`data.importProblem.${why}`)}</p>
    </Notice>
  );
}
