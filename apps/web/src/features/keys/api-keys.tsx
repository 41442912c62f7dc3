import type { ApiKeyCreated, ApiKeyView } from '@octavo/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { formatDate, formatDay } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { accountQueries } from '../account/queries.ts';
import { listClass, Row, Section } from '../account/section.tsx';
import { NewKey } from './new-key.tsx';

/** Keys for programs. */
export function ApiKeys() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const { data, error } = useQuery(accountQueries.keys);
  const [isAdding, setIsAdding] = useState(false);
  const [created, setCreated] = useState<ApiKeyCreated>();
  const add = (
    <Button look="primary" onClick={() => setIsAdding(true)}>
      <Plus size={16} aria-hidden="true" /> {t('keys.create')}
    </Button>
  );
  return (
    <Section title={t('account.sections.keys')} text={t('keys.text', { header: 'Authorization: Bearer <key>' })}>
      {error && <Notice tone="bad">{errorMessage(error, t, i18n.language)}</Notice>}
      {data?.length === 0 ? <p className="text-sm">{t('keys.none')}</p> : null}
      {data && data.length > 0 && (
        <ul className={listClass}>
          {data.map((key) => (
            <Key key={key.id} value={key} />
          ))}
        </ul>
      )}
      {data && add}
      {isAdding && (
        <NewKey
          onClose={() => setIsAdding(false)}
          onCreated={(key) => {
            setIsAdding(false);
            setCreated(key);
            void queries.invalidateQueries({ queryKey: accountQueries.keys.queryKey });
          }}
        />
      )}
      {created && <Created value={created} onClose={() => setCreated(undefined)} />}
    </Section>
  );
}

function Key({ value }: { value: ApiKeyView }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const { id, name, prefix, scopes, expiresAt, lastUsedAt } = value;
  const remove = useMutation({
    mutationFn: () => client.account.deleteKey(id),
    onSuccess() {
      setIsAsking(false);
      toast(t('keys.deleted'));
    },
    onError: (error) => toast(errorMessage(error, t, language)),
    onSettled: () => queries.invalidateQueries({ queryKey: accountQueries.keys.queryKey }),
  });
  const [nowMs] = useState(() => Date.now());
  const isOver = expiresAt !== null && Date.parse(expiresAt) < nowMs;
  const end =
    expiresAt === null
      ? t('keys.noEnd')
      : t(isOver ? 'keys.expired' : 'keys.expiresOn', { date: formatDay(expiresAt, language) });
  return (
    <li>
      <Row
        title={name}
        actions={
          <Button
            look="danger"
            className="px-2!"
            aria-label={t('keys.deleteNamed', { name })}
            onClick={() => setIsAsking(true)}
          >
            {t('keys.delete')}
          </Button>
        }
      >
        <code className="font-mono">{prefix}…</code>
        {` · ${scopes.map((scope) => t(`keys.scope.${scope}`)).join(', ')}`}
        <span className="block">
          {end}
          {' · '}
          {lastUsedAt === null ? t('keys.neverUsed') : t('keys.lastUsed', { date: formatDate(lastUsedAt, language) })}
        </span>
      </Row>
      {isAsking && (
        <Dialog title={t('keys.deleteTitle', { name })} text={t('keys.deleteText')} onClose={() => setIsAsking(false)}>
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setIsAsking(false)}>{t('account.cancel')}</Button>
            <Button look="primary" disabled={remove.isPending} onClick={() => remove.mutate()}>
              {t('keys.delete')}
            </Button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

/** Shown once. No click beside it and no Escape takes it away. */
function Created({ value, onClose }: { value: ApiKeyCreated; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('keys.createdTitle')} text={t('keys.createdText')}>
      <p className="rounded-lg bg-sunken p-4 font-mono text-sm break-all" data-testid="api-key">
        {value.key}
      </p>
      <div className="mt-4 flex flex-wrap justify-between gap-2">
        <CopyButton text={value.key} />
        <Button look="primary" onClick={onClose}>
          {t('keys.done')}
        </Button>
      </div>
    </Dialog>
  );
}
