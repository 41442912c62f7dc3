import { ApiError } from '@octavo/sdk';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { toast } from '../../components/toasts.tsx';
import { accountQueries } from '../account/queries.ts';
import { AuthFrame, authLinkClass } from './auth-frame.tsx';
import { insideOnly } from './inside-only.ts';
import { invitationQuery, registrationQuery, usualMinLength } from './queries.ts';
import { RegisterForm } from './register-form.tsx';

export function RegisterPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false });
  const { hash } = useLocation();
  const [token] = useState(() => new URLSearchParams(hash).get('invitation') ?? undefined);
  const queries = useQueryClient();
  const { data, isPending } = useQuery(registrationQuery);
  const offer = useQuery(invitationQuery(token));
  const isFirst = data?.hasAccounts === false;
  // When nobody can say whether it works, it may.
  const isSpent = offer.error instanceof ApiError && offer.error.code === 'invitation_invalid';
  const invitation = isSpent ? undefined : token;
  const isInvited = data?.mode === 'invite' && invitation !== undefined;
  const mode = isInvited ? 'open' : (data?.mode ?? 'open');

  async function onDone(): Promise<void> {
    if (data?.requiresVerification) await navigate({ to: '/confirm', search: next === undefined ? {} : { next } });
    else await navigate({ to: insideOnly(next) });
    if (!isFirst) return;
    // Known at once, so that whoever signs out is not sent here again.
    queries.setQueryData(registrationQuery.queryKey, (known) => known && { ...known, hasAccounts: true });
    void queries.invalidateQueries({ queryKey: registrationQuery.queryKey });
    // Somebody else may have come in between.
    const { role } = await queries.fetchQuery(accountQueries.own);
    if (role === 'admin') toast(t('register.firstDone'));
  }

  return (
    <AuthFrame
      title={t('auth.register')}
      heading={isFirst ? t('register.first') : t('auth.start')}
      text={isFirst ? t('register.firstText') : t('auth.startText')}
    >
      {isPending || offer.isLoading ? (
        <div className="skeleton h-80" aria-hidden="true" />
      ) : mode === 'open' ? (
        <div className="space-y-4">
          {isSpent && <Notice title={t('register.spentTitle')}>{t('register.spentOpen')}</Notice>}
          {invitation !== undefined && (
            <Notice tone="good">
              {t(offer.data?.role === 'admin' ? 'register.invitedAdmin' : 'register.invited')}
            </Notice>
          )}
          <RegisterForm
            minLength={data?.passwordMinLength ?? usualMinLength}
            invitation={invitation}
            invitedAddress={offer.data?.email ?? undefined}
            onDone={() => void onDone()}
          />
        </div>
      ) : isSpent && mode === 'invite' ? (
        <Notice tone="bad" title={t('register.spentTitle')}>
          <p>{t('register.spent')}</p>
        </Notice>
      ) : (
        <Notice title={mode === 'closed' ? t('register.closedTitle') : t('register.inviteTitle')}>
          <p>{mode === 'closed' ? t('register.closed') : t('register.invite')}</p>
        </Notice>
      )}
      {!isFirst && (
        <p className="mt-6 text-sm text-muted">
          {t('auth.haveAccount')}{' '}
          <Link to="/login" className={authLinkClass}>
            {t('auth.signIn')}
          </Link>
        </p>
      )}
    </AuthFrame>
  );
}
