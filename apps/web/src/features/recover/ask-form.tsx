import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { client } from '../../lib/client.ts';
import { WhereIsMyCode } from '../account/where-is-my-code.tsx';
import { AddressField } from '../auth/address/address-field.tsx';
import { addressProblem, readAddress } from '../auth/address/address.ts';
import { ResetForm } from './reset-form.tsx';

/** Asks for an address, and says the same whether it has an account. */
export function AskForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const problem = addressProblem(typed, t);
  const ask = useMutation({
    mutationFn: async () => {
      const address = readAddress(typed);
      if (address) await client.account.askForNewPassword(address);
      return address;
    },
  });
  const sent = ask.data;
  if (!sent)
    return (
      <Form isComplete={!problem} error={ask.error} onSubmit={() => ask.mutate()}>
        {(isTried) => (
          <>
            <AddressField
              hint={t('signIn.addressHint')}
              error={isTried ? problem : undefined}
              value={typed}
              onChange={setTyped}
            />
            <Button look="primary" type="submit" className="w-full" disabled={ask.isPending}>
              {ask.isPending ? t('recover.sending') : t('recover.send')}
            </Button>
          </>
        )}
      </Form>
    );
  const isLink = sent.email !== undefined;
  const address = sent.email ?? sent.phone;
  return (
    <div className="space-y-5">
      <Notice tone="good" title={t('recover.sentTitle')}>
        <p className="break-words">
          {isLink ? t('recover.sentLink', { address }) : t('recover.sentCode', { address })}
        </p>
      </Notice>
      {!isLink && <ResetForm by={{ phone: sent.phone }} onDone={onDone} onAskAgain={() => ask.reset()} />}
      <WhereIsMyCode channel={isLink ? 'email' : 'whatsapp'} />
      <Button look="quiet" className="w-full" onClick={() => ask.reset()}>
        {t('recover.other')}
      </Button>
    </div>
  );
}
