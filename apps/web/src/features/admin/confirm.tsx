import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Problem } from './problem.tsx';

/** Asks before something that cannot be undone. Stays open, and says why, when the server refuses. */
export function Confirm({
  title,
  text,
  action,
  run,
  onDone,
  onClose,
}: {
  title: string;
  text: string;
  /** What the button says. */
  action: string;
  run: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const mutation = useMutation({
    mutationFn: run,
    onSuccess() {
      onDone();
      onClose();
    },
  });
  return (
    <Dialog title={title} text={text} onClose={onClose}>
      <Problem error={mutation.error} />
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t('detail.cancel')}</Button>
        <Button look="danger" disabled={mutation.isPending} onClick={() => mutation.mutate()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
