import type { ContentView } from '@octavo/contracts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useVersionActions } from './use-version-actions.ts';

/** A take that came after the person's own words waits for a decision. */
export function NewerText({ content, number }: { content: ContentView; number: number }) {
  const { t } = useTranslation();
  const { restore, dismiss } = useVersionActions(content);
  const isImage = content.contentType === 'image';
  const isBusy = restore.isPending || dismiss.isPending;
  return (
    <Notice title={t(isImage ? 'versions.newerTitleImages' : 'versions.newerTitle')}>
      <p>{t(isImage ? 'versions.newerTextImages' : 'versions.newerText')}</p>
      <div className="flex flex-wrap gap-2 pt-2">
        <Link
          to="/content/$id/versions"
          params={{ id: content.id }}
          search={{ version: number }}
          className={buttonClass()}
        >
          {t('versions.compare')}
        </Link>
        <Button disabled={isBusy} onClick={() => restore.mutate({ number, said: t('versions.used') })}>
          {t('versions.use')}
        </Button>
        <Button disabled={isBusy} onClick={() => dismiss.mutate(number)}>
          {t('versions.keep')}
        </Button>
      </div>
    </Notice>
  );
}
