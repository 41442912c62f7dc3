import type { SecretName } from '@octavo/contracts';
import { secretNames } from '@octavo/contracts/names';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { toast } from '../../components/toasts.tsx';
import { Confirm } from './confirm.tsx';
import { Problem } from './problem.tsx';
import { admin, adminQueries } from './queries.ts';
import { SecretForm } from './secret-form.tsx';
import { SecretCard } from './parts/secret-card.tsx';

const groups: Array<{ title: 'messages' | 'providers'; names: SecretName[] }> = [
  { title: 'messages', names: secretNames.filter((name) => name === 'mail' || name === 'whatsapp') },
  { title: 'providers', names: secretNames.filter((name) => name !== 'mail' && name !== 'whatsapp') },
];

/** What is stored encrypted: set, replaced and removed here, and never shown. */
export function Settings() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const secrets = useQuery(adminQueries.secrets);
  const [editing, setEditing] = useState<SecretName>();
  const [removing, setRemoving] = useState<SecretName>();
  /** How often each was stored from here: what is stored is tried at once. */
  const [stored, setStored] = useState<Partial<Record<SecretName, number>>>({});
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ['admin'] });
    // What can be sent is another now.
    void queries.invalidateQueries({ queryKey: adminQueries.registration.queryKey });
  };
  const titleOf = (name: SecretName) => t(`admin.settings.names.${name}`);
  return (
    <>
      <PageTitle className="mb-2 font-serif text-3xl font-semibold">{t('admin.sections.settings')}</PageTitle>
      <p className="mb-5 max-w-2xl text-muted">{t('admin.settings.text')}</p>
      <Problem error={secrets.error} />
      {secrets.isPending && <div className="skeleton h-64" aria-hidden="true" />}
      {secrets.data &&
        groups.map(({ title, names }) => (
          <section key={title} aria-labelledby={`settings-${title}`} className="mt-8 first-of-type:mt-0">
            <h2 id={`settings-${title}`} className="mb-3 text-xl font-semibold">
              {t(`admin.settings.groups.${title}`)}
            </h2>
            <ul className="grid gap-4 xl:grid-cols-2">
              {names.map((name) => (
                <SecretCard
                  key={name}
                  name={name}
                  list={secrets.data}
                  timesStored={stored[name] ?? 0}
                  onEdit={() => setEditing(name)}
                  onRemove={() => setRemoving(name)}
                />
              ))}
            </ul>
          </section>
        ))}
      {editing && (
        <SecretForm
          name={editing}
          onDone={() => {
            refresh();
            toast(t('admin.settings.stored', { name: titleOf(editing) }));
            setStored((before) => ({ ...before, [editing]: (before[editing] ?? 0) + 1 }));
            setEditing(undefined);
          }}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing && (
        <Confirm
          title={t('admin.ask.removeSecret.title', { name: titleOf(removing) })}
          text={t('admin.ask.removeSecret.text')}
          action={t('admin.ask.removeSecret.action')}
          run={() => admin.removeSecret(removing)}
          onDone={() => {
            refresh();
            toast(t('admin.ask.removeSecret.done', { name: titleOf(removing) }));
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}
