import type { LoginBody } from '@octavo/contracts';
import { ApiError } from '@octavo/sdk';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { Form } from '../../components/form/form.tsx';
import { client } from '../../lib/client.ts';
import { AddressField } from './address/address-field.tsx';
import { addressProblem, readAddress } from './address/address.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { PasswordInput } from '../password/password-input.tsx';
import { RestoreForm } from './restore-form.tsx';
import { SecondFactorForm } from './second-factor-form.tsx';

/** Where somebody is on the way in. */
type Step = { name: 'password' } | { name: 'code' } | { name: 'deleted'; on: string; asksCode: boolean };

/** Signs in, step by step: password, second factor, and the way back for an account that is being deleted. */
export function LoginForm({
  email = '',
  takesFocus = false,
  isPage = false,
  onDone,
  children,
}: {
  email?: string;
  /** One begins at the password, or at the address where that is not known. */
  takesFocus?: boolean;
  /** It is the page, and the browser's way back leads from a later step to the password. */
  isPage?: boolean;
  onDone?: () => void;
  /** Below the password: other ways. */
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { history } = useRouter();
  const [step, setStep] = useState<Step>({ name: 'password' });
  const [address, setAddress] = useState(email);
  const [password, setPassword] = useState('');
  const credentials = (code?: string): LoginBody => ({
    ...readAddress(address),
    password,
    ...(code !== undefined && { code }),
  });
  const submit = useMutation({
    mutationFn: (code?: string) => client.login(credentials(code)),
    onSuccess: () => onDone?.(),
    onError(error, code) {
      if (!(error instanceof ApiError)) return;
      if (isPage && step.name === 'password' && isStep(error)) history.push(history.location.href);
      if (error.code === 'second_factor_required') setStep({ name: 'code' });
      if (error.code === 'account_deleted') {
        const [on = ''] = /\d{4}-\d\d-\d\dT[\d:.]{1,20}Z/.exec(error.message) ?? [];
        setStep({ name: 'deleted', on, asksCode: code !== undefined });
      }
    },
  });
  function startOver(): void {
    submit.reset();
    setPassword('');
    setStep({ name: 'password' });
  }
  useEffect(
    () => (isPage ? history.subscribe(({ action }) => action.type === 'BACK' && startOver()) : undefined),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- it only sets what is always the same
    [isPage, history],
  );
  const back = isPage ? () => history.back() : startOver;

  if (step.name === 'deleted')
    return (
      <RestoreForm
        on={step.on}
        asksCode={step.asksCode}
        restore={(code) => client.account.restore(credentials(code))}
        onDone={onDone}
        onBack={back}
      />
    );
  if (step.name === 'code')
    return (
      <SecondFactorForm
        error={isStep(submit.error) ? null : submit.error}
        isPending={submit.isPending}
        onCode={(code) => submit.mutate(code)}
        onPasskey={onDone}
        onBack={back}
      />
    );
  const problems = {
    address: addressProblem(address, t),
    password: password === '' ? t('field.required') : undefined,
  };
  return (
    <div className="space-y-4">
      <Form
        isComplete={!problems.address && !problems.password}
        error={isStep(submit.error) ? null : submit.error}
        onSubmit={() => submit.mutate(undefined)}
      >
        {(isTried) => (
          <>
            <AddressField
              error={isTried ? problems.address : undefined}
              takesFocus={takesFocus && email === ''}
              value={address}
              onChange={setAddress}
            />
            <Field label={t('auth.password')} error={isTried ? problems.password : undefined}>
              {(control) => (
                <PasswordInput
                  {...control}
                  // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing that the dialog asks for
                  autoFocus={takesFocus && email !== ''}
                  autoComplete="current-password"
                  value={password}
                  onChange={(event) => setPassword(event.target.value)}
                />
              )}
            </Field>
            <Button look="primary" type="submit" className="w-full" disabled={submit.isPending}>
              {submit.isPending ? t('auth.signingIn') : t('auth.signIn')}
            </Button>
          </>
        )}
      </Form>
      {children}
      <PasskeyButton onDone={onDone} />
    </div>
  );
}

/** An answer that leads on. */
function isStep(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'second_factor_required' || error.code === 'account_deleted');
}
