import type { ContentView } from '@octavo/contracts';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';

/**
 * Somebody saved the piece while it was being edited here. Whichever text is taken, the other one stays: as a version
 * of its own, or here until it is saved as one.
 */
export function Conflict({
  id,
  mine,
  onTakeTheirs,
  onKeepMine,
  onClose,
}: {
  id: string;
  mine: { title: string; text: string };
  /** `now`: the piece as it is, after what was typed here went among its versions. */
  onTakeTheirs: (now: ContentView) => void;
  /** `theirs`: what is to be saved over. */
  onKeepMine: (theirs: ContentView) => void;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  // Where to go back to once mine is a version; still known when going back is tried again.
  const theirVersion = useRef<number>(undefined);
  const take = useMutation({
    async mutationFn() {
      if (theirVersion.current === undefined) {
        const theirs = await client.content(id);
        const isSame = theirs.title === mine.title && theirs.generatedText === mine.text;
        if (isSame || theirs.version === 0) return theirs;
        await client.updateContent(id, {
          title: mine.title,
          generatedText: mine.text,
          revision: theirs.revision,
          newVersion: true,
        });
        theirVersion.current = theirs.version;
      }
      return await client.restoreVersion(id, theirVersion.current);
    },
    onSuccess: onTakeTheirs,
  });
  const keep = useMutation({ mutationFn: () => client.content(id), onSuccess: onKeepMine });
  const isBusy = take.isPending || keep.isPending;
  const error = take.error ?? keep.error;
  return (
    <Dialog title={t('detail.conflict')} text={t('detail.conflictText')} onClose={onClose}>
      {error && <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button disabled={isBusy} onClick={() => (keep.reset(), take.mutate())}>
          {t('detail.takeTheirs')}
        </Button>
        <Button look="primary" disabled={isBusy} onClick={() => (take.reset(), keep.mutate())}>
          {t('detail.keepMine')}
        </Button>
      </div>
    </Dialog>
  );
}
