import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Form } from '../../components/form/form.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { type Language } from '../../i18n/index.ts';
import { client } from '../../lib/client.ts';
import { fieldMessage } from '../../lib/messages.ts';
import { AddressField } from './address/address-field.tsx';
import { addressProblem, readAddress } from './address/address.ts';
import { NewPasswordField, passwordLength } from '../password/new-password-field.tsx';

/** Creates an account. What was typed stays when it fails. */
export function RegisterForm({
  minLength,
  invitation,
  invitedAddress,
  onDone,
}: {
  minLength: number;
  /** The token of an invitation's link. */
  invitation: string | undefined;
  /** The only address it is good for. */
  invitedAddress: string | undefined;
  onDone: () => void;
}) {
  const { t, i18n } = useTranslation();
  const [values, setValues] = useState({
    firstName: '',
    lastName: '',
    address: invitedAddress ?? '',
    password: '',
  });
  const set = (name: keyof typeof values) => (value: string) => setValues({ ...values, [name]: value });
  const { firstName, lastName, address, password } = values;
  const submit = useMutation({
    mutationFn: () =>
      client.register({
        ...readAddress(address),
        firstName,
        lastName,
        password,
        language: i18n.language as Language,
        ...(invitation !== undefined && { invitation }),
      }),
    onSuccess: onDone,
  });
  const required = (value: string) => (value.trim() === '' ? t('field.required') : undefined);
  const problems = {
    firstName: required(firstName),
    lastName: required(lastName),
    address: addressProblem(address, t),
    password:
      password === ''
        ? t('field.required')
        : passwordLength(password) < minLength
          ? t('field.tooShort', { min: minLength })
          : undefined,
  };
  const refused = (name: string) => fieldMessage(submit.error, name, t);

  return (
    <Form
      isComplete={Object.values(problems).every((problem) => problem === undefined)}
      error={submit.error}
      onSubmit={() => submit.mutate()}
    >
      {(isTried) => (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={t('auth.firstName')}
              error={(isTried ? problems.firstName : undefined) ?? refused('firstName')}
              autoComplete="given-name"
              maxLength={100}
              value={firstName}
              onChange={set('firstName')}
            />
            <TextField
              label={t('auth.lastName')}
              error={(isTried ? problems.lastName : undefined) ?? refused('lastName')}
              autoComplete="family-name"
              maxLength={100}
              value={lastName}
              onChange={set('lastName')}
            />
          </div>
          <AddressField
            hint={t(invitedAddress === undefined ? 'signIn.addressHint' : 'register.invitedAddress')}
            isFixed={invitedAddress !== undefined}
            error={(isTried ? problems.address : undefined) ?? refused('email') ?? refused('phone')}
            value={address}
            onChange={set('address')}
          />
          <NewPasswordField
            label={t('auth.password')}
            value={password}
            minLength={minLength}
            personal={[firstName, lastName, address]}
            error={(isTried ? problems.password : undefined) ?? refused('password')}
            onChange={set('password')}
          />
          <Button look="primary" type="submit" className="w-full" disabled={submit.isPending}>
            {submit.isPending ? t('auth.registering') : t('auth.register')}
          </Button>
        </>
      )}
    </Form>
  );
}
