import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { client } from '../../lib/client.ts';
import { errorMessage, fieldMessage } from '../../lib/messages.ts';

const minPassword = 8;

/** Signs in or creates an account. What was typed stays when it fails. */
export function AuthForm({ kind, email, onDone }: { kind: 'login' | 'register'; email?: string; onDone?: () => void }) {
  const { t } = useTranslation();
  const [isTried, setIsTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState({ email: email ?? '', password: '', firstName: '', lastName: '' });
  const isNew = kind === 'register';
  const submit = useMutation({
    mutationFn: () =>
      isNew ? client.register(values) : client.login({ email: values.email, password: values.password }),
    onSuccess: () => onDone?.(),
  });

  // Everything that is wrong at once, beside its field, and in the language of the page.
  const problemOf = (name: keyof typeof values): string | undefined => {
    const value = values[name].trim();
    if (value === '') return t('field.required');
    if (name === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value)) return t('field.email');
    if (name === 'password' && isNew && values.password.length < minPassword)
      return t('field.tooShort', { min: minPassword });
    return undefined;
  };
  const shown: Array<keyof typeof values> = isNew
    ? ['firstName', 'lastName', 'email', 'password']
    : ['email', 'password'];
  const isComplete = shown.every((name) => problemOf(name) === undefined);
  useEffect(() => {
    if (isTried || submit.isError) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [isTried, submit.isError]);

  const input = (name: keyof typeof values, label: string, more: Record<string, unknown>, hint?: string) => (
    <Field
      label={label}
      hint={hint}
      error={(isTried ? problemOf(name) : undefined) ?? fieldMessage(submit.error, name, t)}
    >
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
      ref={form}
      noValidate
      className="space-y-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (isComplete) submit.mutate();
        else if (isTried) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
        else setIsTried(true);
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
