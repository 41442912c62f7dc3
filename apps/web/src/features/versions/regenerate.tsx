import type { ContentView } from '@octavo/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Sparkles } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';
import { newKey } from '../../lib/new-key.ts';
import { contentQueries } from '../content/queries.ts';
import { budgetText } from '../usage/budget-text.ts';

/** Asks for a finished piece once more; the page goes on to the live writing by itself. */
export function Regenerate({ content }: { content: ContentView }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: () => client.regenerate(content.id, {}, newKey()),
    onSuccess: () => queries.invalidateQueries({ queryKey: contentQueries.all }),
    onError: (error) => toast(budgetText(error, t, i18n.language) ?? errorMessage(error, t, i18n.language)),
  });
  return (
    <Button disabled={again.isPending} onClick={() => again.mutate()}>
      <Sparkles size={16} aria-hidden="true" />{' '}
      {again.isPending
        ? t('versions.regenerating')
        : t(content.contentType === 'image' ? 'versions.redraw' : 'versions.regenerate')}
    </Button>
  );
}
