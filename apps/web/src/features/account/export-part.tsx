import { Download } from 'lucide-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { formatBytes } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { saveFile } from '../../lib/save-file.ts';
import { fetchExport } from './fetch-export.ts';
import { Section } from './section.tsx';

export function ExportPart() {
  const { t, i18n } = useTranslation();
  const [progress, setProgress] = useState<{ done: number; total: number }>();
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);
  const load = useMutation({
    async mutationFn() {
      const { signal } = (stopping.current = new AbortController());
      setProgress(undefined);
      const exported = await fetchExport((done, total) => setProgress({ done, total }), signal).catch(
        (error: unknown) => {
          if (signal.aborted) return undefined;
          throw error;
        },
      );
      if (exported) saveFile(exported.name, exported.content);
      return exported !== undefined;
    },
  });
  const bytes = (size: number) => formatBytes(size, i18n.language);
  const words = progress
    ? t('data.downloading', { done: bytes(progress.done), total: bytes(progress.total) })
    : t('data.packing');
  return (
    <Section title={t('data.export')} text={t('data.exportText')}>
      {load.error && <Notice tone="bad">{errorMessage(load.error, t, i18n.language)}</Notice>}
      {load.data === true && <Notice tone="good">{t('data.exported')}</Notice>}
      {load.isPending ? (
        <div className="space-y-2">
          <p role="status" className="text-sm">
            {progress ? '' : words}
          </p>
          <progress
            className="h-2 w-full overflow-hidden rounded-full"
            aria-label={words}
            max={1}
            {...(progress && progress.total > 0 ? { value: progress.done / progress.total } : {})}
          />
          {progress && <p className="text-sm text-muted tabular-nums">{words}</p>}
          <Button look="quiet" onClick={() => stopping.current?.abort()}>
            {t('data.stop')}
          </Button>
        </div>
      ) : (
        <Button onClick={() => load.mutate()}>
          <Download size={16} aria-hidden="true" /> {t('data.exportStart')}
        </Button>
      )}
    </Section>
  );
}
