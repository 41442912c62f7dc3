import type { Channel } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { authLinkClass } from '../auth/auth-frame.tsx';
import { registrationQuery } from '../auth/queries.ts';

/** Where to look for a message, and who has it when this server cannot send any. */
export function WhereIsMyCode({ channel, isAdmin = false }: { channel: Channel; isAdmin?: boolean }) {
  const { t } = useTranslation();
  const { data } = useQuery(registrationQuery);
  if (!data) return null;
  if (!data.sends[channel])
    return (
      <p className="text-sm text-muted">
        {isAdmin ? (
          <>
            {t('confirm.outboxAdmin')}{' '}
            <Link to="/admin/$section" params={{ section: 'messages' }} className={authLinkClass}>
              {t('confirm.outboxLink')}
            </Link>
          </>
        ) : (
          t('confirm.outbox')
        )}
      </p>
    );
  return (
    <details className="text-sm text-muted">
      <summary className="cursor-pointer font-medium">{t('confirm.where')}</summary>
      <p className="mt-1">{channel === 'email' ? t('confirm.whereMail') : t('confirm.whereWhatsapp')}</p>
    </details>
  );
}
