import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { client } from '../../lib/client.ts';
import { forgetWritten, hasWritten } from '../content/forget-written.ts';

/**
 * Leaves for the sign-in page and takes everything of this person out of the browser. Words that are nowhere else are
 * asked about first: `question` is to be shown.
 */
export function useSignOut(): { signOut: () => void; question: ReactNode } {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);

  async function leave(): Promise<void> {
    forgetWritten();
    void client.logout();
    await navigate({ to: '/login', ignoreBlocker: true });
    queries.clear();
  }

  const question = isAsking && (
    <Dialog title={t('auth.leave')} text={t('auth.leaveText')} onClose={() => setIsAsking(false)}>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => void leave()}>{t('nav.signOut')}</Button>
        <Button look="primary" onClick={() => setIsAsking(false)}>
          {t('detail.stay')}
        </Button>
      </div>
    </Dialog>
  );
  return { signOut: () => (hasWritten() ? setIsAsking(true) : void leave()), question };
}
