import type { ContentView } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Notice } from '../../../components/notice.tsx';
import { toast } from '../../../components/toasts.tsx';
import { client } from '../../../lib/client.ts';
import { errorMessage } from '../../../lib/messages.ts';
import { mediaQueries } from '../../media/queries.ts';
import { contentQueries } from '../queries.ts';
import { forgetDraft } from '../unsaved.ts';

/** Asks before a deleted piece is erased. `focusAfter` is where one goes on when it is gone. */
export function EraseDialog({
  content: { id, title },
  focusAfter,
  onClose,
}: {
  content: ContentView;
  focusAfter: () => HTMLElement | null | undefined;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const isGone = useRef(false);
  const erase = useMutation({
    mutationFn: () => client.eraseContent(id).catch(orGone),
    async onSuccess() {
      isGone.current = true;
      forgetDraft(id);
      onClose();
      toast(t('deleted.erased', { title }));
      await queries.invalidateQueries({ queryKey: contentQueries.all });
      await queries.invalidateQueries({ queryKey: mediaQueries.all });
    },
    // It may have been restored elsewhere: the list behind is old.
    onError: () => queries.invalidateQueries({ queryKey: contentQueries.all }),
  });
  // What is under way cannot be taken back by closing.
  const close = () => {
    if (!erase.isPending) onClose();
  };
  return (
    <Dialog
      title={t('deleted.eraseTitle', { title })}
      text={t('deleted.eraseText')}
      focusAfter={() => (isGone.current ? focusAfter() : null)}
      onClose={close}
    >
      <p className="text-sm text-muted">{t('deleted.eraseStays')}</p>
      {erase.error && (
        <div className="mt-4">
          <Notice tone="bad">{errorMessage(erase.error, t, i18n.language)}</Notice>
        </div>
      )}
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button disabled={erase.isPending} onClick={close}>
          {t('detail.cancel')}
        </Button>
        <Button look="danger" disabled={erase.isPending} onClick={() => erase.mutate()}>
          {t(erase.isPending ? 'deleted.erasing' : 'deleted.erase')}
        </Button>
      </div>
    </Dialog>
  );
}

/** Another tab was faster: what was wanted is done. */
function orGone(error: unknown): null {
  if (error instanceof ApiError && error.code === 'not_found') return null;
  throw error;
}
