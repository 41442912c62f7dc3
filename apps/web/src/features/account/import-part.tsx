import type { ImportResult } from '@octavo/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { sendWithProgress } from '../../lib/send-with-progress.ts';
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
  const words = sent < 1 ? t('data.sending', { name: send.variables?.name ?? '' }) : t('data.unpacking');
  return (
    <Section title={t('data.import')} text={t('data.importText')}>
      {send.error && <Notice tone="bad">{errorMessage(send.error, t, i18n.language)}</Notice>}
      {send.data && <Notice tone="good">{t('data.imported', { ...send.data })}</Notice>}
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
          if (file) send.mutate(file);
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
    </Section>
  );
}
