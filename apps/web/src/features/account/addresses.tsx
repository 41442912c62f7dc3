import type { AccountView, Channel } from '@octavo/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Form } from '../../components/form/form.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { fieldMessage } from '../../lib/messages.ts';
import { addressProblem, readAddress } from '../auth/address/address.ts';
import { ConfirmCode, useConfirmText } from './confirm-code.tsx';
import { OwnPasswordField } from '../password/own-password-field.tsx';
import { accountQueries } from './queries.ts';
import { listClass, Mark, Row, Section } from './section.tsx';

/** Where the account is reached, and whether it has been shown that its owner reads there. */
export function Addresses({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  return (
    <Section title={t('account.addresses')} text={t('account.addressesText')}>
      <ul className={listClass}>
        <Address
          channel="email"
          current={account.email}
          isVerified={account.emailVerified}
          pending={account.pendingEmail}
          since={account.createdAt}
        />
        <Address
          channel="whatsapp"
          current={account.phone}
          isVerified={account.phoneVerified}
          pending={account.pendingPhone}
          since={account.createdAt}
        />
      </ul>
    </Section>
  );
}

function Address({
  channel,
  current,
  isVerified,
  pending,
  since,
}: {
  channel: Channel;
  current: string | null;
  isVerified: boolean;
  pending: string | null;
  /** When the account was made, and a first code with it. ISO 8601. */
  since: string;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'change' | 'confirm'>();
  const [sentAt, setSentAt] = useState(since);
  const isEmail = channel === 'email';
  const name = isEmail ? t('account.email') : t('account.phone');
  const waiting = pending ?? (current !== null && !isVerified ? current : null);
  const text = useConfirmText(channel, waiting ?? '', sentAt);
  return (
    <li>
      <Row
        title={
          <>
            {name}
            {current !== null && (
              <Mark tone={isVerified ? 'good' : 'busy'}>
                {isVerified ? t('account.confirmed') : t('account.unconfirmed')}
              </Mark>
            )}
          </>
        }
        actions={
          <>
            {waiting !== null && (
              <Button
                look="quiet"
                className="px-2!"
                aria-label={`${t('account.confirm')}: ${waiting}`}
                onClick={() => setOpen('confirm')}
              >
                {t('account.confirm')}
              </Button>
            )}
            <Button
              look="quiet"
              className="px-2!"
              aria-label={`${current === null ? t('account.add') : t('account.change')}: ${name}`}
              onClick={() => setOpen('change')}
            >
              {current === null ? t('account.add') : t('account.change')}
            </Button>
          </>
        }
      >
        {current ?? t('account.none')}
        {pending !== null && <span className="block">{t('account.waiting', { address: pending })}</span>}
      </Row>
      {open === 'change' && (
        <ChangeAddress
          channel={channel}
          onClose={() => setOpen(undefined)}
          onSent={() => {
            setSentAt(new Date().toISOString());
            setOpen('confirm');
          }}
        />
      )}
      {open === 'confirm' && waiting !== null && (
        <Dialog title={t('confirm.title')} text={text} onClose={() => setOpen(undefined)}>
          <ConfirmCode
            channel={channel}
            sentAt={sentAt}
            onSent={setSentAt}
            onDone={() => {
              setOpen(undefined);
              toast(t('confirm.confirmed'));
            }}
          />
        </Dialog>
      )}
    </li>
  );
}

function ChangeAddress({ channel, onClose, onSent }: { channel: Channel; onClose: () => void; onSent: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const isEmail = channel === 'email';
  const address = readAddress(typed);
  const isRightKind = isEmail ? address?.email !== undefined : address?.phone !== undefined;
  const change = useMutation({
    async mutationFn() {
      if (address?.email !== undefined) await client.account.changeEmail(address.email, password);
      else if (address) await client.account.changePhone(address.phone, password);
    },
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: accountQueries.own.queryKey });
      onSent();
    },
  });
  const problem = isRightKind
    ? undefined
    : typed.trim() === ''
      ? addressProblem(typed, t)
      : isEmail
        ? t('field.email')
        : t('field.phone');
  return (
    <Dialog
      title={isEmail ? t('account.changeEmail') : t('account.changePhone')}
      text={t('account.changeText')}
      onClose={onClose}
    >
      <Form isComplete={!problem && password !== ''} error={change.error} onSubmit={() => change.mutate()}>
        {(isTried) => (
          <>
            <TextField
              label={isEmail ? t('account.newEmail') : t('account.newPhone')}
              error={(isTried ? problem : undefined) ?? fieldMessage(change.error, isEmail ? 'email' : 'phone', t)}
              autoComplete={isEmail ? 'email' : 'tel'}
              inputMode={isEmail ? 'email' : 'tel'}
              maxLength={254}
              value={typed}
              onChange={setTyped}
            />
            <OwnPasswordField value={password} isTried={isTried} error={change.error} onChange={setPassword} />
            <div className="flex flex-wrap justify-end gap-2">
              <Button onClick={onClose}>{t('account.cancel')}</Button>
              <Button look="primary" type="submit" disabled={change.isPending}>
                {change.isPending ? t('recover.sending') : t('account.sendCode')}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
