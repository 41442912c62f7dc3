import type { AccountView } from '@octavo/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { AskPassword } from '../password/ask-password.tsx';
import { accountQueries } from '../account/queries.ts';
import { listClass, Mark, Row, Section } from '../account/section.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { TotpSetupDialog } from './totp-setup-dialog.tsx';

/** The authenticator app, and the codes for the day it is lost. */
export function SecondFactor({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [open, setOpen] = useState<'setUp' | 'remove' | 'codes'>();
  const [codes, setCodes] = useState<string[]>();
  const { totp, passkeys, recoveryCodesLeft } = account.secondFactor;
  const refresh = () => queries.invalidateQueries({ queryKey: accountQueries.own.queryKey });
  const close = (): void => setOpen(undefined);

  async function remove(password: string): Promise<void> {
    await client.account.removeTotp(password);
    await refresh();
    close();
    toast(t('security.appRemoved'));
  }
  async function renewCodes(password: string): Promise<void> {
    setCodes(await client.account.newRecoveryCodes(password));
    await refresh();
    close();
  }
  function finishSetUp(recoveryCodes: string[] | null): void {
    close();
    toast(t('security.appDone'));
    if (recoveryCodes) setCodes(recoveryCodes);
    void refresh();
  }

  return (
    <Section
      title={t('security.factor')}
      text={totp || passkeys > 0 ? t('security.factorText') : t('security.factorOff')}
    >
      <ul className={listClass}>
        <li>
          <Row
            title={
              <>
                {t('security.app')}
                <Mark tone={totp ? 'good' : 'plain'}>{totp ? t('security.appOn') : t('security.appOff')}</Mark>
              </>
            }
            actions={
              <Button
                look={totp ? 'danger' : 'quiet'}
                className="px-2!"
                aria-label={`${totp ? t('security.remove') : t('security.setUp')}: ${t('security.app')}`}
                onClick={() => setOpen(totp ? 'remove' : 'setUp')}
              >
                {totp ? t('security.remove') : t('security.setUp')}
              </Button>
            }
          >
            {t('security.appText')}
          </Row>
        </li>
        {(totp || passkeys > 0) && (
          <li>
            <Row
              title={
                <>
                  {t('security.codes')}
                  <Mark tone={recoveryCodesLeft > 2 ? 'plain' : 'busy'}>
                    {t('security.codesLeft', { count: recoveryCodesLeft })}
                  </Mark>
                </>
              }
              actions={
                <Button look="quiet" className="px-2!" onClick={() => setOpen('codes')}>
                  {t('security.newCodes')}
                </Button>
              }
            >
              {t('security.codesText')}
            </Row>
          </li>
        )}
      </ul>
      {open === 'setUp' && <TotpSetupDialog onClose={close} onDone={finishSetUp} />}
      {open === 'remove' && (
        <AskPassword
          title={t('security.removeApp')}
          text={t('security.removeAppText')}
          action={t('security.remove')}
          run={remove}
          onClose={close}
        />
      )}
      {open === 'codes' && (
        <AskPassword
          title={t('security.newCodesTitle')}
          text={t('security.newCodesText')}
          action={t('security.newCodes')}
          run={renewCodes}
          onClose={close}
        />
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(undefined)} />}
    </Section>
  );
}
