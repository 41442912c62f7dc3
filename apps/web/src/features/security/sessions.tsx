import type { SessionView } from '@octavo/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { formatDate } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { accountQueries } from '../account/queries.ts';
import { listClass, Mark, Row, Section } from '../account/section.tsx';

/** Where the account is signed in. */
export function Sessions() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const queries = useQueryClient();
  const { data, error } = useQuery(accountQueries.sessions);
  const refresh = () => queries.invalidateQueries({ queryKey: accountQueries.sessions.queryKey });
  const onError = (problem: unknown): void => toast(errorMessage(problem, t, language));
  const end = useMutation({
    mutationFn: (id: string) => client.account.endSession(id),
    onSuccess: () => toast(t('security.ended')),
    onError,
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => client.account.endOtherSessions(),
    onSuccess: () => toast(t('security.othersEnded')),
    onError,
    onSettled: refresh,
  });
  // This one first, then by last use.
  const sessions = data?.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt),
  );
  return (
    <Section title={t('security.sessions')} text={t('security.sessionsText')}>
      {error && <Notice tone="bad">{errorMessage(error, t, language)}</Notice>}
      {sessions && (
        <ul className={listClass}>
          {sessions.map((session) => (
            <Session key={session.id} session={session} isEnding={end.isPending} onEnd={() => end.mutate(session.id)} />
          ))}
        </ul>
      )}
      {sessions && sessions.length > 1 && (
        <Button look="danger" disabled={endOthers.isPending} onClick={() => endOthers.mutate()}>
          {t('security.endOthers')}
        </Button>
      )}
    </Section>
  );
}

function Session({ session, isEnding, onEnd }: { session: SessionView; isEnding: boolean; onEnd: () => void }) {
  const { t, i18n } = useTranslation();
  // The server says it in English.
  const [browser = '', system] = session.device.split(' on ');
  const device = system === undefined ? browser : t('security.device', { browser, system });
  const name = device || t('security.unknownDevice');
  return (
    <li>
      <Row
        title={
          <>
            {name}
            {session.current && <Mark tone="good">{t('security.thisOne')}</Mark>}
          </>
        }
        actions={
          session.current ? undefined : (
            <Button
              look="danger"
              className="px-2!"
              aria-label={t('security.endNamed', { device: name })}
              disabled={isEnding}
              onClick={onEnd}
            >
              {t('security.end')}
            </Button>
          )
        }
      >
        {[
          t('security.lastUsed', { date: formatDate(session.lastUsedAt, i18n.language) }),
          session.ip,
          ...(session.secondFactor ? [t('security.withFactor')] : []),
        ].join(' · ')}
        <span className="block">{t('security.since', { date: formatDate(session.createdAt, i18n.language) })}</span>
      </Row>
    </li>
  );
}
