import type { ContentView } from '@octavo/contracts';
import { exportFormats } from '@octavo/contracts/names';
import { ApiError } from '@octavo/sdk';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Copy, Download, Ellipsis, History, Languages, Pencil, RotateCcw, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { MenuButton } from '../../components/menu-button.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { copyText } from '../../lib/copy-text.ts';
import { errorMessage } from '../../lib/messages.ts';
import { fileName, saveFile } from '../../lib/save-file.ts';
import { Regenerate } from '../versions/regenerate.tsx';
import type { Action } from './action-menu.tsx';
import type { PieceState } from './piece-state.ts';
import { contentQueries } from './queries.ts';

const loadActionMenu = () => import('./action-menu.tsx');

/** What can be done with a piece as it stands. */
export function PieceToolbar({
  content,
  text,
  state,
  onEdit,
}: {
  content: ContentView;
  text: string;
  state: PieceState;
  onEdit: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setIsAsking] = useState(false);
  const { id, jobId, generationStatus } = content;
  const { isRunning, hasOwnText } = state;
  const isImage = content.contentType === 'image';
  const isEmpty = isImage ? content.images.length === 0 : text === '';
  const refresh = (): void => void queries.invalidateQueries({ queryKey: contentQueries.all });
  const onError = (error: unknown): void => toast(errorMessage(error, t));

  const stop = useMutation({
    mutationFn: () => client.cancel(jobId ?? ''),
    onSettled: refresh,
    onError(error) {
      // That it ended by itself meanwhile is what the page shows anyway.
      if (!(error instanceof ApiError && error.code === 'not_cancellable')) onError(error);
    },
  });
  const retry = useMutation({
    // A generation is retried once: pressed again after a lost answer, it is the same retry.
    mutationFn: () => client.retry(jobId ?? '', `retry-${jobId}`),
    onSettled() {
      setIsAsking(false);
      refresh();
    },
    onError,
  });
  const publish = useMutation({
    mutationFn: () => client.updateContent(id, { status: content.status === 'draft' ? 'published' : 'draft' }),
    onSuccess(saved) {
      queries.setQueryData(contentQueries.one(id).queryKey, saved);
      refresh();
      toast(t(saved.status === 'published' ? 'detail.publishedToast' : 'detail.draftToast'));
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => client.deleteContent(id),
    async onSuccess() {
      await navigate({ to: '/' });
      queries.removeQueries({ queryKey: contentQueries.one(id).queryKey });
      refresh();
      toast(t('detail.deleted', { title: content.title }), {
        label: t('detail.undo'),
        run: () => void client.restoreContent(id).then(() => (refresh(), toast(t('detail.restored'))), onError),
      });
    },
    onError,
  });

  const downloads = exportFormats.map((format): Action => ({
    label: t('detail.downloadAs', { format: t(`detail.formats.${format}`) }),
    Icon: Download,
    run: () =>
      void client.exportContent(id, format).then((file) => saveFile(fileName(content.title, format), file), onError),
  }));
  const forText: Action[] = [
    {
      label: t('detail.copy'),
      Icon: Copy,
      run: () => void copyText(text).then((isCopied) => toast(t(isCopied ? 'detail.copied' : 'detail.copyFailed'))),
    },
    {
      label: t('detail.translate'),
      Icon: Languages,
      run: () => void navigate({ to: '/new', search: { kind: 'translation', piece: id } }),
    },
  ];
  const toVersions = {
    label: t('versions.open'),
    Icon: History,
    run: () => void navigate({ to: '/content/$id/versions', params: { id } }),
  };
  const hasText = text !== '' && !isRunning && !isImage;
  const others: Action[] = [...(content.version > 0 ? [toVersions] : []), ...(hasText ? forText : [])];
  const toDelete: Action = { label: t('detail.delete'), Icon: Trash2, isDanger: true, run: () => remove.mutate() };

  return (
    <div className="flex flex-wrap items-center gap-2">
      {isRunning && (
        <Button onClick={() => stop.mutate()} disabled={stop.isPending || stop.isSuccess}>
          <Square size={15} fill="currentColor" aria-hidden="true" />{' '}
          {stop.isPending || stop.isSuccess ? t('detail.stopping') : t('detail.stop')}
        </Button>
      )}
      {(generationStatus === 'failed' || generationStatus === 'cancelled') && (
        <Button
          look={hasOwnText ? 'secondary' : 'primary'}
          onClick={() => (hasOwnText ? setIsAsking(true) : retry.mutate())}
          disabled={retry.isPending}
        >
          <RotateCcw size={16} aria-hidden="true" /> {retry.isPending ? t('detail.retrying') : t('detail.retry')}
        </Button>
      )}
      {generationStatus === 'completed' && <Regenerate content={content} />}
      {!isRunning && !isImage && (
        <Button onClick={onEdit}>
          <Pencil size={16} aria-hidden="true" /> {t('detail.edit')}
        </Button>
      )}
      {!isRunning && (
        <Button
          title={t('detail.publishHint')}
          onClick={() => publish.mutate()}
          disabled={publish.isPending || (isEmpty && content.status === 'draft')}
        >
          {content.status === 'draft' ? t('detail.publish') : t('detail.unpublish')}
        </Button>
      )}
      <div className="flex flex-1 items-center gap-1 max-sm:hidden">
        {others.map(({ label, Icon, run }) => (
          <Button key={label} look="quiet" className="px-3!" disabled={remove.isPending} onClick={run}>
            <Icon size={17} aria-hidden="true" /> {label}
          </Button>
        ))}
        {hasText && (
          <MenuButton
            label={t('detail.download')}
            icon={
              <span className="flex items-center gap-2 text-sm font-medium">
                <Download size={17} aria-hidden="true" /> {t('detail.download')}
              </span>
            }
            load={loadActionMenu}
            menu={{ actions: downloads }}
          />
        )}
        <Button look="danger" className="ml-auto px-3!" disabled={remove.isPending} onClick={toDelete.run}>
          <Trash2 size={17} aria-hidden="true" /> {toDelete.label}
        </Button>
      </div>
      <div className="ml-auto sm:hidden">
        <MenuButton
          label={t('detail.more')}
          icon={<Ellipsis size={18} aria-hidden="true" />}
          load={loadActionMenu}
          menu={{ actions: [...others, ...(hasText ? downloads : []), toDelete] }}
        />
      </div>
      {isAsking && (
        <Dialog title={t('detail.retryTitle')} text={t('detail.retryText')} onClose={() => setIsAsking(false)}>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setIsAsking(false)}>{t('detail.cancel')}</Button>
            <Button look="primary" disabled={retry.isPending} onClick={() => retry.mutate()}>
              <RotateCcw size={16} aria-hidden="true" /> {t('detail.retry')}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
