import type { Channel } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { readDigits, SixDigitsField, sixDigitsProblem } from '../../components/six-digits-field.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage } from '../../lib/messages.ts';
import { accountQueries } from './queries.ts';
import { WhereIsMyCode } from './where-is-my-code.tsx';

const pauseSeconds = 30;

/** Asks for the six digits that were sent to an address. */
export function ConfirmCode({
  channel,
  sentAt,
  onDone,
}: {
  channel: Channel;
  /** Of the last code, as far as this page knows: another one has to wait a moment. ISO 8601. */
  sentAt: string | undefined;
  onDone: () => void;
}) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const account = useQuery(accountQueries.own);
  const [code, setCode] = useState('');
  const [waitSeconds, setWaitSeconds] = useState(() => secondsLeft(sentAt));
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
    },
  });
  const isTooMany = resend.error instanceof ApiError && resend.error.code === 'too_many_requests';
  const problem = sixDigitsProblem(code, t);

  return (
    <div className="space-y-4">
      <Form isComplete={!problem} error={verify.error} onSubmit={() => verify.mutate()}>
        {(isTried) => (
          <>
            <SixDigitsField
              label={t('confirm.code')}
              error={isTried ? problem : undefined}
              isAlone
              value={code}
              onChange={setCode}
            />
            <Button look="primary" type="submit" className="w-full" disabled={verify.isPending}>
              {verify.isPending ? t('confirm.confirming') : t('confirm.confirm')}
            </Button>
          </>
        )}
      </Form>
      {resend.error && (
        <Notice tone="bad">{isTooMany ? t('confirm.tooMany') : errorMessage(resend.error, t, i18n.language)}</Notice>
      )}
      {resend.isSuccess && <Notice tone="good">{t('confirm.resent')}</Notice>}
      <Button
        className="w-full tabular-nums"
        disabled={resend.isPending || waitSeconds > 0}
        onClick={() => resend.mutate()}
      >
        {waitSeconds > 0 ? t('confirm.resendIn', { seconds: waitSeconds }) : t('confirm.resend')}
      </Button>
      <WhereIsMyCode channel={channel} isAdmin={account.data?.role === 'admin'} />
    </div>
  );
}

function secondsLeft(sentAt: string | undefined): number {
  const ageSeconds = sentAt === undefined ? pauseSeconds : (Date.now() - Date.parse(sentAt)) / 1000;
  return Math.min(pauseSeconds, Math.max(0, Math.ceil(pauseSeconds - ageSeconds)));
}
