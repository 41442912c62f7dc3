import type { CredentialProblem, SecretList, SecretName } from '@octavo/contracts';
import { useMutation } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/button.tsx';
import { formatDate } from '../../../lib/format.ts';
import { Problem } from '../problem.tsx';
import { admin } from '../queries.ts';
import { Tag } from './tag.tsx';

/** One set of credentials: whether there is any, whether it works, and how to change it. */
export function SecretCard({
  name,
  list: { secrets, inEnvironment },
  timesStored,
  onEdit,
  onRemove,
}: {
  name: SecretName;
  list: SecretList;
  /** Grows when something is stored: then it is tried. */
  timesStored: number;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const { t, i18n } = useTranslation();
  const title = t(`admin.settings.names.${name}`);
  const updatedAt = secrets.find((each) => each.name === name)?.updatedAt;
  const isInEnvironment = inEnvironment.includes(name);
  const isThere = updatedAt !== undefined || isInEnvironment;
  const trial = useMutation({ mutationFn: () => admin.trySecret(name) });
  const { mutate } = trial;
  useEffect(() => {
    if (timesStored > 0) mutate();
  }, [timesStored, mutate]);
  return (
    <li className="flex flex-col gap-3 rounded-xl border border-line bg-raised p-4 text-sm shadow-card">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-base font-medium">{title}</h3>
        <Tag tone={isThere ? 'good' : 'quiet'}>
          {t(
            updatedAt !== undefined
              ? 'admin.settings.isStored'
              : isInEnvironment
                ? 'admin.settings.isInEnvironment'
                : 'admin.settings.isNotSet',
          )}
        </Tag>
      </div>
      <div className="flex-1 space-y-2 text-muted">
        {updatedAt !== undefined && (
          <p>{t('admin.settings.changed', { date: formatDate(updatedAt, i18n.language) })}</p>
        )}
        {isInEnvironment ? (
          <p>{t(updatedAt === undefined ? 'admin.settings.environment' : 'admin.settings.environmentFirst')}</p>
        ) : (
          updatedAt === undefined && <p>{t(`admin.settings.without.${name}`)}</p>
        )}
        <div role="status">
          {isThere && trial.isPending && <p>{t('admin.settings.testing')}</p>}
          {isThere && trial.data && !trial.isPending && <Outcome name={name} problem={trial.data.problem} />}
        </div>
        {isThere && <Problem error={trial.error} />}
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
        {isThere && (
          <Button
            aria-label={t('admin.settings.testNamed', { name: title })}
            disabled={trial.isPending}
            onClick={() => mutate()}
          >
            {t('admin.settings.test')}
          </Button>
        )}
        {updatedAt !== undefined && (
          <Button look="danger" aria-label={t('admin.settings.removeNamed', { name: title })} onClick={onRemove}>
            {t('admin.settings.remove')}
          </Button>
        )}
      </div>
    </li>
  );
}

function Outcome({ name, problem }: { name: SecretName; problem: CredentialProblem | null }) {
  const { t } = useTranslation();
  const kind = name === 'mail' || name === 'whatsapp' ? name : 'provider';
  const Icon = problem === null ? CircleCheck : CircleAlert;
  return (
    <p className={`flex gap-2 ${problem === null ? 'text-good' : 'text-bad'}`}>
      <Icon size={17} className="mt-0.5 shrink-0" aria-hidden="true" />
      {problem === null
        ? t(`admin.settings.works.${kind}`)
        : problem === 'refused'
          ? t(`admin.settings.refused.${kind}`)
          : t(`admin.settings.problem.${problem}`)}
    </p>
  );
}
