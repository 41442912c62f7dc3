import type { ApiKeyCreated, Scope } from '@octavo/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/form/field.tsx';
import { Form } from '../../components/form/form.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { client } from '../../lib/client.ts';
import { fieldMessage } from '../../lib/messages.ts';
import { OwnPasswordField } from '../password/own-password-field.tsx';
import { accountQueries } from '../account/queries.ts';

/** Days; null is for ever. */
const lifetimes = [30, 90, 365, null] as const;

/** Asks what a key is for, what it may do, and for how long. */
export function NewKey({ onClose, onCreated }: { onClose: () => void; onCreated: (key: ApiKeyCreated) => void }) {
  const { t } = useTranslation();
  const isAdmin = useQuery(accountQueries.own).data?.role === 'admin';
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['read', 'generate']);
  const [password, setPassword] = useState('');
  const [days, setDays] = useState<(typeof lifetimes)[number]>(90);
  const create = useMutation({
    mutationFn: () =>
      client.account.createKey({ password, name, scopes, ...(days !== null && { expiresInDays: days }) }),
    onSuccess: onCreated,
  });
  const problems = {
    name: name.trim() === '' ? t('field.required') : undefined,
    scopes: scopes.length === 0 ? t('keys.needScope') : undefined,
  };
  const words = (each: (typeof lifetimes)[number]) =>
    each === null ? t('keys.forever') : each === 365 ? t('keys.year') : t('keys.days', { n: each });
  return (
    <Dialog title={t('keys.create')} onClose={onClose}>
      <Form
        isComplete={!problems.name && !problems.scopes && password !== ''}
        error={create.error}
        onSubmit={() => create.mutate()}
      >
        {(isTried) => (
          <>
            <TextField
              label={t('keys.name')}
              hint={t('keys.nameHint')}
              error={(isTried ? problems.name : undefined) ?? fieldMessage(create.error, 'name', t)}
              maxLength={100}
              value={name}
              onChange={setName}
            />
            <Scopes
              value={scopes}
              offered={isAdmin ? ['read', 'generate', 'admin'] : ['read', 'generate']}
              error={isTried ? problems.scopes : undefined}
              onChange={setScopes}
            />
            <Field label={t('keys.expires')}>
              {(control) => (
                <select
                  {...control}
                  className={`${control.className} select`}
                  value={days ?? ''}
                  onChange={({ target }) =>
                    setDays(lifetimes.find((each) => String(each ?? '') === target.value) ?? null)
                  }
                >
                  {lifetimes.map((each) => (
                    <option key={each ?? ''} value={each ?? ''}>
                      {words(each)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <OwnPasswordField value={password} isTried={isTried} error={create.error} onChange={setPassword} />
            <div className="flex flex-wrap justify-end gap-2">
              <Button onClick={onClose}>{t('account.cancel')}</Button>
              <Button look="primary" type="submit" disabled={create.isPending}>
                {create.isPending ? t('keys.creating') : t('keys.create')}
              </Button>
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}

function Scopes({
  value,
  offered,
  error,
  onChange,
}: {
  value: Scope[];
  offered: Scope[];
  error: string | undefined;
  onChange: (value: Scope[]) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined} className="space-y-2">
      <legend className="mb-1.5 text-sm font-medium">{t('keys.scopes')}</legend>
      {offered.map((scope) => (
        <label key={scope} className="flex cursor-pointer gap-3 text-sm">
          <input
            type="checkbox"
            className="mt-0.5 size-4.5 shrink-0 accent-accent"
            aria-invalid={error ? true : undefined}
            checked={value.includes(scope)}
            onChange={({ target }) =>
              onChange(target.checked ? [...value, scope] : value.filter((each) => each !== scope))
            }
          />
          <span>
            {t(`keys.scope.${scope}`)}
            <span className="block text-muted">{t(`keys.scopeHint.${scope}`)}</span>
          </span>
        </label>
      ))}
      {error && (
        <p id={`${id}-error`} className="text-sm text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}
