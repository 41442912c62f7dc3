import type { AccountView, Channel } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { toast } from '../../components/toasts.tsx';
import { errorMessage } from '../../lib/messages.ts';
import { AuthFrame, authLinkClass } from '../auth/auth-frame.tsx';
import { insideOnly } from '../auth/inside-only.ts';
import { SignInAgain } from '../auth/sign-in-again.tsx';
import { accountQueries } from './queries.ts';
import { ConfirmCode, useConfirmText } from './confirm-code.tsx';

/** After registering: the code that shows whose address it is. */
export function ConfirmPage() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false });
  const { data, error } = useQuery(accountQueries.own);
  const [resentAt, setResentAt] = useState<string>();
  const open = data && toConfirm(data);
  const sentAt = resentAt ?? data?.createdAt;
  const text = useConfirmText(open?.channel ?? 'email', open?.address ?? '', sentAt);
  return (
    <AuthFrame title={t('confirm.title')} heading={t('confirm.title')} text={open && text}>
      <div className="space-y-5">
        {error && <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>}
        {data && !open && <Notice tone="good">{t('confirm.confirmed')}</Notice>}
        {open && (
          <ConfirmCode
            key={open.address}
            channel={open.channel}
            sentAt={sentAt}
            onSent={setResentAt}
            onDone={() => {
              toast(t('confirm.confirmed'));
              void navigate({ to: insideOnly(next) });
            }}
          />
        )}
        <p className="text-center text-sm text-muted">
          {open && !data.mayGenerate && `${t('confirm.needed')} `}
          <Link to={insideOnly(next)} className={authLinkClass}>
            {open ? t('confirm.later') : t('nav.library')}
          </Link>
        </p>
      </div>
      <SignInAgain email={data?.email ?? undefined} />
    </AuthFrame>
  );
}

/** The first address that is not confirmed yet. */
export function toConfirm(account: AccountView): { channel: Channel; address: string } | undefined {
  const email = account.pendingEmail ?? (account.emailVerified ? null : account.email);
  if (email !== null) return { channel: 'email', address: email };
  const phone = account.pendingPhone ?? (account.phoneVerified ? null : account.phone);
  return phone === null ? undefined : { channel: 'whatsapp', address: phone };
}
