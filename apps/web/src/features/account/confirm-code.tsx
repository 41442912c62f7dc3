import type { Channel } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { readDigits, SixDigitsField, sixDigitsProblem } from '../../components/form/six-digits-field.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';
import { registrationQuery } from '../auth/queries.ts';
import { accountQueries } from './queries.ts';
import { WhereIsMyCode } from './where-is-my-code.tsx';

const pauseSeconds = 30;
const codeLivesMs = 10 * 60_000;

/** Asks for the six digits that were sent to an address, and sends them where there are none that may still be good. */
export function ConfirmCode({
  channel,
  sentAt,
  onSent,
  onDone,
}: {
  channel: Channel;
  /** Of the last code, as far as this page knows: another one has to wait a moment. ISO 8601. */
  sentAt: string | undefined;
  onSent: (at: string) => void;
  onDone: () => void;
}) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const account = useQuery(accountQueries.own);
  const [code, setCode] = useState('');
  const [waitSeconds, setWaitSeconds] = useState(() => secondsLeft(sentAt));
  const isSent = mayBeGood(sentAt);
  useEffect(() => {
    if (waitSeconds === 0) return undefined;
    const timer = setTimeout(() => setWaitSeconds(waitSeconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [waitSeconds]);

  const verify = useMutation({
    mutationFn: () => client.account.verify(channel, readDigits(code)),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: accountQueries.own.queryKey });
      onDone();
    },
  });
  const resend = useMutation({
    mutationFn: () => client.account.sendCode(channel),
    onSuccess() {
      verify.reset();
      setCode('');
      setWaitSeconds(pauseSeconds);
      onSent(new Date().toISOString());
    },
  });
  const isTooMany = resend.error instanceof ApiError && resend.error.code === 'too_many_requests';
  const problem = sixDigitsProblem(code, t);
  const send = (
    <>
      {resend.error && (
        <Notice tone="bad">{isTooMany ? t('confirm.tooMany') : errorMessage(resend.error, t, i18n.language)}</Notice>
      )}
      {resend.isSuccess && <Notice tone="good">{t('confirm.resent')}</Notice>}
      <Button
        look={isSent ? 'secondary' : 'primary'}
        className="w-full tabular-nums"
        disabled={resend.isPending || waitSeconds > 0}
        onClick={() => resend.mutate()}
      >
        {!isSent
          ? t('confirm.send')
          : waitSeconds > 0
            ? t('confirm.resendIn', { seconds: waitSeconds })
            : t('confirm.resend')}
      </Button>
    </>
  );

  return (
    <div className="space-y-4">
      {!isSent && send}
      {isSent && <WhereIsMyCode channel={channel} isAdmin={account.data?.role === 'admin'} />}
      <Form key={String(isSent)} isComplete={!problem} error={verify.error} onSubmit={() => verify.mutate()}>
        {(isTried) => (
          <>
            <SixDigitsField
              label={t('confirm.code')}
              error={isTried ? problem : undefined}
              isAlone={isSent}
              value={code}
              onChange={setCode}
            />
            <Button
              look={isSent ? 'primary' : 'secondary'}
              type="submit"
              className="w-full"
              disabled={verify.isPending}
            >
              {verify.isPending ? t('confirm.confirming') : t('confirm.confirm')}
            </Button>
          </>
        )}
      </Form>
      {isSent && send}
    </div>
  );
}

/** What there is to say before the digits are asked for; empty until it is known whether this server sends any. */
export function useConfirmText(channel: Channel, address: string, sentAt: string | undefined): string {
  const { t } = useTranslation();
  const { data } = useQuery(registrationQuery);
  if (!data) return '';
  if (!mayBeGood(sentAt)) return t('confirm.ask', { address });
  return t(data.sends[channel] ? 'confirm.text' : 'confirm.made', { address });
}

function mayBeGood(sentAt: string | undefined): boolean {
  return sentAt !== undefined && Date.now() - Date.parse(sentAt) < codeLivesMs;
}

function secondsLeft(sentAt: string | undefined): number {
  const ageSeconds = sentAt === undefined ? pauseSeconds : (Date.now() - Date.parse(sentAt)) / 1000;
  return Math.min(pauseSeconds, Math.max(0, Math.ceil(pauseSeconds - ageSeconds)));
}
