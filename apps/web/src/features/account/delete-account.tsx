import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { client } from '../../lib/client.ts';
import { sessionStore } from '../../lib/session.ts';
import { forgetWritten } from '../content/forget-written.ts';
import { AskPassword } from '../password/ask-password.tsx';
import { Section } from './section.tsx';

export function DeleteAccount() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const [isSure, setIsSure] = useState(false);
  const id = useId();

  async function remove(password: string): Promise<void> {
    const { deletedAt } = await client.account.delete(password);
    forgetWritten();
    sessionStore.write(null);
    await navigate({ to: '/login', search: { gone: deletedAt }, ignoreBlocker: true });
    queries.clear();
  }

  return (
    <Section title={t('data.delete')} text={t('data.deleteText')}>
      <p className="text-sm">{t('data.deleteUndo')}</p>
      <Button look="danger" className="border border-bad" onClick={() => setIsAsking(true)}>
        {t('data.deleteStart')}
      </Button>
      {isAsking && (
        <AskPassword
          title={t('data.deleteTitle')}
          text={`${t('data.deleteUndo')} ${t('data.exportFirst')}`}
          action={t('data.deleteNow')}
          isComplete={isSure}
          run={remove}
          onClose={() => setIsAsking(false)}
        >
          {(isTried) => (
            <div className="space-y-1.5">
              <label className="flex cursor-pointer gap-3 text-sm">
                <input
                  type="checkbox"
                  className="mt-0.5 size-4.5 shrink-0 accent-accent"
                  aria-invalid={isTried && !isSure ? true : undefined}
                  aria-describedby={isTried && !isSure ? id : undefined}
                  checked={isSure}
                  onChange={({ target }) => setIsSure(target.checked)}
                />
                {t('data.deleteSure')}
              </label>
              {isTried && !isSure && (
                <p id={id} className="text-sm text-bad">
                  {t('data.deleteSureNeeded')}
                </p>
              )}
            </div>
          )}
        </AskPassword>
      )}
    </Section>
  );
}
