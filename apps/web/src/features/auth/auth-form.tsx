import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage, fieldMessage } from '../../lib/messages.ts';

/** Signs in or creates an account. What was typed stays when it fails. */
export function AuthForm({ kind, email, onDone }: { kind: 'login' | 'register'; email?: string; onDone?: () => void }) {
  const { t } = useTranslation();
  const [values, setValues] = useState({ email: email ?? '', password: '', firstName: '', lastName: '' });
  const isNew = kind === 'register';
  const submit = useMutation({
    mutationFn: () =>
      isNew ? client.register(values) : client.login({ email: values.email, password: values.password }),
    onSuccess: () => onDone?.(),
  });

  const input = (name: keyof typeof values, label: string, more: Record<string, unknown>, hint?: string) => (
    <Field label={label} hint={hint} error={fieldMessage(submit.error, name)}>
      {(control) => (
        <input
          {...control}
          {...more}
          name={name}
          required
          value={values[name]}
          onChange={(event) => setValues({ ...values, [name]: event.target.value })}
        />
      )}
    </Field>
  );

  return (
    <form
      className="space-y-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit.mutate();
      }}
    >
      {submit.isError && <Notice tone="bad">{errorMessage(submit.error, t)}</Notice>}
      {isNew && (
        <div className="grid gap-4 sm:grid-cols-2">
          {input('firstName', t('auth.firstName'), { autoComplete: 'given-name', maxLength: 100 })}
          {input('lastName', t('auth.lastName'), { autoComplete: 'family-name', maxLength: 100 })}
        </div>
      )}
      {input('email', t('auth.email'), { type: 'email', autoComplete: 'username', inputMode: 'email', maxLength: 254 })}
      {input(
        'password',
        t('auth.password'),
        {
          type: 'password',
          autoComplete: isNew ? 'new-password' : 'current-password',
          minLength: isNew ? 8 : 1,
          maxLength: 128,
        },
        isNew ? t('auth.passwordHint') : undefined,
      )}
      <Button look="primary" type="submit" className="w-full" disabled={submit.isPending}>
        {isNew
          ? submit.isPending
            ? t('auth.registering')
            : t('auth.register')
          : submit.isPending
            ? t('auth.signingIn')
            : t('auth.signIn')}
      </Button>
    </form>
  );
}
