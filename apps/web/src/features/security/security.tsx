import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { accountQueries } from '../account/queries.ts';
import { ChangePassword } from './change-password.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Passkeys } from './passkeys-list.tsx';
import { Sessions } from './sessions.tsx';

export function Security() {
  const { t, i18n } = useTranslation();
  const { data, error } = useQuery(accountQueries.own);
  if (error) return <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>;
  if (!data) return <div className="skeleton h-72" aria-hidden="true" />;
  return (
    <>
      <ChangePassword account={data} />
      <SecondFactor account={data} />
      <Passkeys />
      <Sessions />
    </>
  );
}
