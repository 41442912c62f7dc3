import type { AccountLanguage, AccountView } from '@octavo/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { Form } from '../../components/form/form.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/form/text-field.tsx';
import { toast } from '../../components/toasts.tsx';
import { languages } from '../../i18n/index.ts';
import { client } from '../../lib/client.ts';
import { formatDay } from '../../lib/format.ts';
import { errorMessage, fieldMessage } from '../../lib/messages.ts';
import { sessionStore } from '../../lib/session.ts';
import { Addresses } from './addresses.tsx';
import { accountQueries } from './queries.ts';
import { Mark, Section } from './section.tsx';

export function Profile() {
  const { t, i18n } = useTranslation();
  const { data, error } = useQuery(accountQueries.own);
  if (error) return <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>;
  if (!data) return <div className="skeleton h-72" aria-hidden="true" />;
  return (
    <>
      <Section title={t('account.you')}>
        <p className="text-sm text-muted">
          {t('account.member', { date: formatDay(data.createdAt, i18n.language) })}
          {data.role === 'admin' && <Mark>{t('account.admin')}</Mark>}
        </p>
        <AboutForm account={data} />
      </Section>
      <Addresses account={data} />
    </>
  );
}

function AboutForm({ account }: { account: AccountView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [values, setValues] = useState({
    firstName: account.firstName,
    lastName: account.lastName,
    language: account.language,
  });
  const save = useMutation({
    mutationFn: () => client.account.update(values),
    onSuccess(changed) {
      queries.setQueryData(accountQueries.own.queryKey, changed);
      // The menu says the name as well.
      const session = sessionStore.read();
      const { firstName, lastName } = changed;
      if (session?.user.id === changed.id)
        sessionStore.write({ ...session, user: { ...session.user, firstName, lastName } });
      toast(t('account.saved'));
    },
  });
  const problemOf = (name: 'firstName' | 'lastName') => (values[name].trim() === '' ? t('field.required') : undefined);
  const input = (name: 'firstName' | 'lastName', autoComplete: string, isTried: boolean) => (
    <TextField
      label={t(`auth.${name}`)}
      error={(isTried ? problemOf(name) : undefined) ?? fieldMessage(save.error, name, t)}
      autoComplete={autoComplete}
      maxLength={100}
      value={values[name]}
      onChange={(value) => setValues({ ...values, [name]: value })}
    />
  );
  return (
    <Form
      isComplete={!problemOf('firstName') && !problemOf('lastName')}
      error={save.error}
      onSubmit={() => save.mutate()}
    >
      {(isTried) => (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            {input('firstName', 'given-name', isTried)}
            {input('lastName', 'family-name', isTried)}
          </div>
          <Field label={t('account.language')} hint={t('account.languageHint')}>
            {(control) => (
              <select
                {...control}
                className={`${control.className} select`}
                value={values.language}
                onChange={(event) => setValues({ ...values, language: event.target.value as AccountLanguage })}
              >
                {Object.entries(languages).map(([code, name]) => (
                  <option key={code} value={code} lang={code}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {save.isPending ? t('account.saving') : t('account.save')}
          </Button>
        </>
      )}
    </Form>
  );
}
