import type { SecretList, SecretName } from '@octavo/contracts';
import { secretNames } from '@octavo/contracts/names';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { PageTitle } from '../../components/page-title.tsx';
import { toast } from '../../components/toasts.tsx';
import { formatDate } from '../../lib/format.ts';
import { Confirm } from './confirm.tsx';
import { Problem } from './problem.tsx';
import { admin, adminQueries } from './queries.ts';
import { SecretForm } from './secret-form.tsx';
import { Tag } from './parts/tag.tsx';

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
                <Secret
                  key={name}
                  name={name}
                  stored={secrets.data}
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

function Secret({
  name,
  stored: { secrets, inEnvironment },
  onEdit,
  onRemove,
}: {
  name: SecretName;
  stored: SecretList;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const { t, i18n } = useTranslation();
  const title = t(`admin.settings.names.${name}`);
  const updatedAt = secrets.find((each) => each.name === name)?.updatedAt;
  const isInEnvironment = inEnvironment.includes(name);
  return (
    <li className="flex flex-col gap-3 rounded-xl border border-line bg-raised p-4 text-sm shadow-card">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-base font-medium">{title}</h3>
        <Tag tone={updatedAt !== undefined || isInEnvironment ? 'good' : 'quiet'}>
          {t(
            updatedAt !== undefined
              ? 'admin.settings.isStored'
              : isInEnvironment
                ? 'admin.settings.isInEnvironment'
                : 'admin.settings.isNotSet',
          )}
        </Tag>
      </div>
      <div className="flex-1 text-muted">
        {updatedAt !== undefined && (
          <p>{t('admin.settings.changed', { date: formatDate(updatedAt, i18n.language) })}</p>
        )}
        {isInEnvironment ? (
          <p>{t(updatedAt === undefined ? 'admin.settings.environment' : 'admin.settings.environmentFirst')}</p>
        ) : (
          updatedAt === undefined && <p>{t(`admin.settings.without.${name}`)}</p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          aria-label={t(updatedAt === undefined ? 'admin.settings.setNamed' : 'admin.settings.replaceNamed', {
            name: title,
          })}
          onClick={onEdit}
        >
          {t(updatedAt === undefined ? 'admin.settings.set' : 'admin.settings.replace')}
        </Button>
        {updatedAt !== undefined && (
          <Button look="danger" aria-label={t('admin.settings.removeNamed', { name: title })} onClick={onRemove}>
            {t('admin.settings.remove')}
          </Button>
        )}
      </div>
    </li>
  );
}
