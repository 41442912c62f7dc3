import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { client } from '../../lib/client.ts';
import { fieldMessage } from '../../lib/messages.ts';
import { AskPassword } from '../password/ask-password.tsx';
import { makePasskey, passkeyMessage } from '../auth/passkeys.ts';

/** Asks for a name and the password, and then the device for a passkey. */
export function AddPasskey({
  onClose,
  onDone,
}: {
  onClose: () => void;
  /** With recovery codes when it is the account's first second factor. */
  onDone: (recoveryCodes: string[] | null) => void;
}) {
  const { t, i18n } = useTranslation();
  const [name, setName] = useState('');
  const [stopped, setStopped] = useState<DOMException>();

  async function add(password: string): Promise<void> {
    setStopped(undefined);
    const options = await client.account.newPasskeyOptions(password);
    try {
      const { recoveryCodes } = await client.account.addPasskey({ name, response: await makePasskey(options) });
      onDone(recoveryCodes);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      setStopped(error);
    }
  }

  const problem = name.trim() === '' ? t('field.required') : undefined;
  return (
    <AskPassword
      title={t('security.addPasskey')}
      text={t('security.askText')}
      action={t('security.continue')}
      isComplete={!problem}
      run={add}
      onClose={onClose}
    >
      {(isTried, error) => (
        <>
          {stopped && <Notice tone="bad">{passkeyMessage(stopped, t, i18n.language)}</Notice>}
          <TextField
            label={t('security.passkeyName')}
            hint={t('security.passkeyNameHint')}
            error={(isTried ? problem : undefined) ?? fieldMessage(error, 'name', t)}
            maxLength={100}
            value={name}
            onChange={setName}
          />
        </>
      )}
    </AskPassword>
  );
}
