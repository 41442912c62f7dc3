import type { PasskeyView } from '@octavo/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Form } from '../../components/form/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { formatDate, formatDay } from '../../lib/format.ts';
import { errorMessage, fieldMessage } from '../../lib/messages.ts';
import { AskPassword } from '../password/ask-password.tsx';
import { accountQueries } from '../account/queries.ts';
import { listClass, Row, Section } from '../account/section.tsx';
import { canUsePasskeys } from '../auth/passkeys.ts';
import { AddPasskey } from './add-passkey.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

export function Passkeys() {
  const { t, i18n } = useTranslation();
  const { data, error } = useQuery(accountQueries.passkeys);
  const refresh = useRefresh();
  const [isAdding, setIsAdding] = useState(false);
  const [codes, setCodes] = useState<string[]>();
  function onAdded(recoveryCodes: string[] | null): void {
    setIsAdding(false);
    toast(t('security.passkeyAdded'));
    if (recoveryCodes) setCodes(recoveryCodes);
    void refresh();
  }
  return (
    <Section title={t('security.passkeys')} text={t('security.passkeysText')}>
      {error && <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>}
      {data?.length === 0 && <p className="text-sm">{t('security.noPasskeys')}</p>}
      {data && data.length > 0 && (
        <ul className={listClass}>
          {data.map((passkey) => (
            <Passkey key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {canUsePasskeys() ? (
        <Button onClick={() => setIsAdding(true)}>
          <KeyRound size={16} aria-hidden="true" /> {t('security.addPasskey')}
        </Button>
      ) : (
        <p className="text-sm text-muted">{t('security.cannotPasskeys')}</p>
      )}
      {isAdding && <AddPasskey onClose={() => setIsAdding(false)} onDone={onAdded} />}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(undefined)} />}
    </Section>
  );
}

function useRefresh(): () => Promise<void> {
  const queries = useQueryClient();
  // The account says how many there are.
  return () => queries.invalidateQueries({ queryKey: accountQueries.own.queryKey });
}

function Passkey({ passkey }: { passkey: PasskeyView }) {
  const { t, i18n } = useTranslation();
  const refresh = useRefresh();
  const [open, setOpen] = useState<'rename' | 'remove'>();
  const close = (): void => setOpen(undefined);
  const { id, name, createdAt, lastUsedAt } = passkey;
  async function remove(password: string): Promise<void> {
    await client.account.removePasskey(id, password);
    close();
    toast(t('security.passkeyRemoved'));
    await refresh();
  }
  return (
    <li>
      <Row
        title={name}
        actions={
          <>
            <Button
              look="quiet"
              className="px-2!"
              aria-label={t('security.renameNamed', { name })}
              onClick={() => setOpen('rename')}
            >
              {t('security.rename')}
            </Button>
            <Button
              look="danger"
              className="px-2!"
              aria-label={t('security.removeNamed', { name })}
              onClick={() => setOpen('remove')}
            >
              {t('security.remove')}
            </Button>
          </>
        }
      >
        {t('security.added', { date: formatDay(createdAt, i18n.language) })}
        {' · '}
        {lastUsedAt === null
          ? t('security.neverUsed')
          : t('security.lastUsed', { date: formatDate(lastUsedAt, i18n.language) })}
      </Row>
      {open === 'rename' && <Rename passkey={passkey} onClose={close} />}
      {open === 'remove' && (
        <AskPassword
          title={t('security.removePasskey', { name })}
          text={t('security.removePasskeyText')}
          action={t('security.remove')}
          run={remove}
          onClose={close}
        />
      )}
    </li>
  );
}

function Rename({ passkey, onClose }: { passkey: PasskeyView; onClose: () => void }) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({
    mutationFn: () => client.account.renamePasskey(passkey.id, name),
    async onSuccess() {
      await refresh();
      onClose();
      toast(t('security.passkeyRenamed'));
    },
  });
  const problem = name.trim() === '' ? t('field.required') : undefined;
  return (
    <Dialog title={t('security.renameNamed', { name: passkey.name })} onClose={onClose}>
      <Form isComplete={!problem} error={rename.error} onSubmit={() => rename.mutate()}>
        {(isTried) => (
          <>
            <TextField
              label={t('security.passkeyName')}
              error={(isTried ? problem : undefined) ?? fieldMessage(rename.error, 'name', t)}
              maxLength={100}
              value={name}
              onChange={setName}
            />
            <div className="flex justify-end">
              <Button look="primary" type="submit" disabled={rename.isPending}>
                {rename.isPending ? t('account.saving') : t('account.save')}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}
