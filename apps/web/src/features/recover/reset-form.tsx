import { ApiError } from '@octavo/sdk';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { readDigits, SixDigitsField, sixDigitsProblem } from '../../components/form/six-digits-field.tsx';
import { client } from '../../lib/client.ts';
import { fieldMessage } from '../../lib/messages.ts';
import { NewPasswordField, passwordLength } from '../password/new-password-field.tsx';
import { registrationQuery, usualMinLength } from '../auth/queries.ts';

/** Takes a new password from somebody who has the link, or the code that was sent to a phone. */
export function ResetForm({
  by,
  onDone,
  onAskAgain,
}: {
  by: { token: string; phone?: never } | { phone: string; token?: never };
  onDone: () => void;
  onAskAgain: () => void;
}) {
  const { t } = useTranslation();
  const minLength = useQuery(registrationQuery).data?.passwordMinLength ?? usualMinLength;
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const submit = useMutation({
    mutationFn: () =>
      client.account.resetPassword({ ...by, ...(by.phone !== undefined && { code: readDigits(code) }), password }),
    onSuccess: onDone,
  });
  const problems = {
    code: by.phone === undefined ? undefined : sixDigitsProblem(code, t),
    password: passwordLength(password) < minLength ? t('field.tooShort', { min: minLength }) : undefined,
  };
  const isBadLink =
    by.token !== undefined &&
    submit.error instanceof ApiError &&
    (submit.error.code === 'code_invalid' || submit.error.fields.some(({ path }) => path === 'body.token'));
  if (isBadLink)
    return (
      <div className="space-y-4">
        <Notice tone="bad">{t('recover.badLink')}</Notice>
        <Button look="primary" className="w-full" onClick={onAskAgain}>
          {t('recover.askAgain')}
        </Button>
      </div>
    );
  return (
    <Form isComplete={!problems.code && !problems.password} error={submit.error} onSubmit={() => submit.mutate()}>
      {(isTried) => (
        <>
          {by.phone !== undefined && (
            <SixDigitsField
              label={t('confirm.code')}
              error={isTried ? problems.code : undefined}
              value={code}
              onChange={setCode}
            />
          )}
          <NewPasswordField
            label={t('recover.newPassword')}
            value={password}
            minLength={minLength}
            personal={[]}
            error={(isTried ? problems.password : undefined) ?? fieldMessage(submit.error, 'password', t)}
            onChange={setPassword}
          />
          <Button look="primary" type="submit" className="w-full" disabled={submit.isPending}>
            {submit.isPending ? t('recover.setting') : t('recover.set')}
          </Button>
        </>
      )}
    </Form>
  );
}
