import type { TotpSetup } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Form } from '../../components/form/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { readDigits, SixDigitsField, sixDigitsProblem } from '../../components/form/six-digits-field.tsx';
import { client } from '../../lib/client.ts';
import { AskPassword } from '../password/ask-password.tsx';
import { QrCode } from './qr-code.tsx';

/** Password, secret, first code: then the app is set up. */
export function TotpSetupDialog({
  onClose,
  onDone,
}: {
  onClose: () => void;
  /** With recovery codes when it is the account's first second factor. */
  onDone: (recoveryCodes: string[] | null) => void;
}) {
  const { t } = useTranslation();
  const [setup, setSetup] = useState<TotpSetup>();
  if (!setup)
    return (
      <AskPassword
        title={t('security.setUpTitle')}
        text={t('security.askText')}
        action={t('security.continue')}
        run={async (password) => setSetup(await client.account.setUpTotp(password))}
        onClose={onClose}
      />
    );
  return (
    <Dialog title={t('security.setUpTitle')} text={t('security.scan')} onClose={onClose}>
      <div className="space-y-5">
        <Secret setup={setup} />
        <FirstCode onDone={onDone} />
      </div>
    </Dialog>
  );
}

function Secret({ setup }: { setup: TotpSetup }) {
  const { t } = useTranslation();
  return (
    <div className="space-y-3">
      <QrCode text={setup.uri} label={t('security.qrCode')} />
      <div className="space-y-2 rounded-lg bg-sunken p-4">
        <p className="text-sm font-medium">{t('security.secret')}</p>
        {/* In groups of four, as people read and type it. */}
        <p className="font-mono text-sm break-words" data-testid="totp-secret">
          {setup.secret.match(/.{1,4}/g)?.join(' ')}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <CopyButton text={setup.secret} />
        <a href={setup.uri} className="text-sm font-medium text-accent underline underline-offset-4">
          {t('security.openApp')}
        </a>
      </div>
    </div>
  );
}

function FirstCode({ onDone }: { onDone: (recoveryCodes: string[] | null) => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const problem = sixDigitsProblem(code, t);
  const confirm = useMutation({ mutationFn: () => client.account.confirmTotp(readDigits(code)), onSuccess: onDone });
  const isWrong = confirm.error instanceof ApiError && confirm.error.code === 'code_invalid';
  return (
    <>
      {isWrong && <Notice tone="bad">{t('security.codeWrong')}</Notice>}
      <Form isComplete={!problem} error={isWrong ? null : confirm.error} onSubmit={() => confirm.mutate()}>
        {(isTried) => (
          <>
            <SixDigitsField
              label={t('security.firstCode')}
              error={isTried ? problem : undefined}
              value={code}
              onChange={setCode}
            />
            <div className="flex justify-end">
              <Button look="primary" type="submit" disabled={confirm.isPending}>
                {confirm.isPending ? t('confirm.confirming') : t('security.setUp')}
              </Button>
            </div>
          </>
        )}
      </Form>
    </>
  );
}
