import type { ContentView } from '@octavo/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';
import { contentQueries } from '../content/queries.ts';

/** What can be done with the versions of a piece; each says what it did. */
export function useVersionActions(content: ContentView) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id } = content;
  const onError = (error: unknown): void => toast(errorMessage(error, t, i18n.language));
  function show(changed: ContentView): void {
    queries.setQueryData(contentQueries.one(changed.id).queryKey, changed);
    void queries.invalidateQueries({ queryKey: contentQueries.all });
  }

  const restore = useMutation({
    mutationFn: ({ number }: { number: number; said: string }) => client.restoreVersion(id, number),
    // The page may hear of the new version before the answer is here.
    onMutate: () => content.version,
    onSuccess(changed, { said }, former) {
      show(changed);
      toast(
        said,
        former === 0
          ? undefined
          : {
              label: t('detail.undo'),
              run: () =>
                void client
                  .restoreVersion(id, former)
                  .then((undone) => (show(undone), toast(t('versions.undone'))), onError),
            },
      );
    },
    onError,
  });
  const branch = useMutation({
    mutationFn: (number: number) => client.branchVersion(id, number),
    async onSuccess(made) {
      show(made);
      await navigate({ to: '/content/$id', params: { id: made.id } });
      toast(t('versions.branched'));
    },
    onError,
  });
  const dismiss = useMutation({
    mutationFn: (number: number) => client.dismissVersion(id, number),
    onSuccess(changed) {
      show(changed);
      toast(t('versions.kept'));
    },
    onError,
  });
  return { restore, branch, dismiss };
}
