import type { AccountView } from '@octavo/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form/form.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { fieldMessage } from '../../lib/messages.ts';
import { OwnPasswordField } from '../password/own-password-field.tsx';
import { accountQueries } from '../account/queries.ts';
import { Section } from '../account/section.tsx';
import { NewPasswordField, passwordLength } from '../password/new-password-field.tsx';
import { registrationQuery, usualMinLength } from '../auth/queries.ts';

export function ChangePassword({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const minLength = useQuery(registrationQuery).data?.passwordMinLength ?? usualMinLength;
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const change = useMutation({
    mutationFn: () => client.account.changePassword({ currentPassword, newPassword }),
    onSuccess() {
      setCurrent('');
      setNew('');
      setIsOpen(false);
      void queries.invalidateQueries({ queryKey: accountQueries.sessions.queryKey });
      toast(t('security.changed'));
    },
  });
  const problem = passwordLength(newPassword) < minLength ? t('field.tooShort', { min: minLength }) : undefined;
  const personal = [account.email, account.phone, account.firstName, account.lastName].filter((each) => each !== null);
  return (
    <Section title={t('security.password')} text={t('security.passwordText')}>
      {isOpen ? (
        <Form isComplete={currentPassword !== '' && !problem} error={change.error} onSubmit={() => change.mutate()}>
          {(isTried) => (
            <>
              {/* So that password managers know whose it is. */}
              <input type="hidden" autoComplete="username" value={account.email ?? account.phone ?? ''} />
              <OwnPasswordField
                label={t('security.current')}
                name="currentPassword"
                value={currentPassword}
                isTried={isTried}
                error={change.error}
                onChange={setCurrent}
              />
              <NewPasswordField
                label={t('recover.newPassword')}
                value={newPassword}
                minLength={minLength}
                personal={personal}
                error={(isTried ? problem : undefined) ?? fieldMessage(change.error, 'newPassword', t)}
                onChange={setNew}
              />
              <div className="flex flex-wrap gap-2">
                <Button look="primary" type="submit" disabled={change.isPending}>
                  {change.isPending ? t('security.changing') : t('security.change')}
                </Button>
                <Button look="quiet" onClick={() => setIsOpen(false)}>
                  {t('account.cancel')}
                </Button>
              </div>
            </>
          )}
        </Form>
      ) : (
        <Button onClick={() => setIsOpen(true)}>{t('security.change')}</Button>
      )}
    </Section>
  );
}
