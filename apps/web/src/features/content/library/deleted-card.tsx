import type { ContentView } from '@octavo/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArchiveRestore, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { toast } from '../../../components/toasts.tsx';
import { TypeIcon } from '../../../components/type-icon.tsx';
import { client } from '../../../lib/client.ts';
import { excerpt } from '../../../lib/excerpt.ts';
import { formatDay } from '../../../lib/format.ts';
import { errorMessage } from '../../../lib/messages.ts';
import { contentQueries } from '../queries.ts';
import { EraseDialog } from './erase-dialog.tsx';
import { Preview } from './preview.tsx';

/**
 * A deleted piece: enough of it to know it again, the way back, and the way out. `focusAfter` is where one goes on when
 * it leaves the list.
 */
export function DeletedCard({
  content,
  focusAfter,
}: {
  content: ContentView;
  focusAfter: () => HTMLElement | null | undefined;
}) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, title } = content;
  const [isErasing, setIsErasing] = useState(false);
  const restore = useMutation({
    mutationFn: () => client.restoreContent(id),
    async onSuccess() {
      focusAfter()?.focus({ preventScroll: true });
      toast(t('deleted.restored', { title }), {
        label: t('deleted.open'),
        run: () => void navigate({ to: '/content/$id', params: { id } }),
      });
      await queries.invalidateQueries({ queryKey: contentQueries.all });
    },
    onError: (error) => toast(errorMessage(error, t)),
  });
  return (
    <li className="flex flex-col overflow-hidden rounded-xl border border-dashed border-line bg-raised p-5">
      <p className="mb-3 flex min-h-6 items-center gap-2 text-xs text-muted">
        <TypeIcon type={content.contentType} size={15} />
        <span>{t(`types.${content.contentType}`)}</span>
      </p>
      <h2 className="line-clamp-2 font-serif text-lg leading-snug font-semibold break-words">{title}</h2>
      <div className="mt-2 flex-1 sm:min-h-40">
        <Preview
          images={content.images}
          text={
            excerpt(content.generatedText, title, 320) || (content.contentType === 'image' ? '' : t('library.noText'))
          }
        />
      </div>
      <p className="mt-4 text-xs text-muted">
        {t('deleted.on', { date: formatDay(content.deletedAt ?? content.updatedAt, i18n.language) })}
      </p>
      <div className="mt-3 flex flex-wrap-reverse justify-between gap-1 sm:-ml-3">
        <Button
          look="danger"
          className="grow px-3! sm:grow-0"
          aria-label={t('deleted.eraseNamed', { title })}
          disabled={restore.isPending || restore.isSuccess}
          onClick={() => setIsErasing(true)}
        >
          <Trash2 size={16} aria-hidden="true" /> {t('deleted.erase')}
        </Button>
        <Button
          className="grow px-3! sm:grow-0"
          aria-label={t('deleted.restoreNamed', { title })}
          disabled={restore.isPending || restore.isSuccess}
          onClick={() => restore.mutate()}
        >
          <ArchiveRestore size={16} aria-hidden="true" />{' '}
          {t(restore.isPending ? 'deleted.restoring' : 'deleted.restore')}
        </Button>
      </div>
      {isErasing && <EraseDialog content={content} focusAfter={focusAfter} onClose={() => setIsErasing(false)} />}
    </li>
  );
}
