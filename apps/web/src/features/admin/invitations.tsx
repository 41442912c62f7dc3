import type { InvitationCreated, InvitationView, Role } from '@octavo/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { toast } from '../../components/toasts.tsx';
import { copyText } from '../../lib/copy-text.ts';
import { formatDate } from '../../lib/format.ts';
import { fieldMessage } from '../../lib/messages.ts';
import { Confirm } from './confirm.tsx';
import { Problem } from './problem.tsx';
import { admin, adminQueries } from './queries.ts';
import { type Column, RecordTable } from './parts/record-table.tsx';
import { Tag } from './parts/tag.tsx';

const dayCounts = [1, 7, 30, 90];

/** Links with which somebody may register, once. */
export function Invitations() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const list = useQuery(adminQueries.invitations);
  const registration = useQuery(adminQueries.registration);
  const [created, setCreated] = useState<InvitationCreated>();
  const [revoking, setRevoking] = useState<InvitationView>();
  const refresh = () => void queries.invalidateQueries({ queryKey: adminQueries.invitations.queryKey });
  const mode = registration.data?.mode;
  const nameOf = ({ email }: InvitationView) => email ?? t('admin.invitations.anybody');

  const columns: [Column<InvitationView>, ...Array<Column<InvitationView>>] = [
    {
      head: t('admin.invitations.for'),
      cell: (one) => <span className="font-medium break-all">{nameOf(one)}</span>,
    },
    { head: t('admin.users.role'), cell: ({ role }) => t(`admin.roles.${role}`) },
    { head: t('admin.users.state'), cell: (one) => <InvitationState invitation={one} /> },
    {
      head: t('admin.invitations.made'),
      className: 'whitespace-nowrap',
      cell: ({ createdAt }) => formatDate(createdAt, i18n.language),
    },
    {
      head: t('admin.actions'),
      isBare: true,
      cell: (one) =>
        one.usedAt === null && (
          <Button
            look="danger"
            className="px-2.5!"
            aria-label={t('admin.invitations.revokeNamed', { name: nameOf(one) })}
            onClick={() => setRevoking(one)}
          >
            {t('admin.invitations.revoke')}
          </Button>
        ),
    },
  ];

  return (
    <>
      <PageTitle className="mb-2 font-serif text-3xl font-semibold">{t('admin.sections.invitations')}</PageTitle>
      <p className="mb-5 max-w-2xl text-muted">
        {mode === undefined ? t('admin.invitations.text') : t(`admin.invitations.mode.${mode}`)}
      </p>
      <NewInvitation
        onCreated={(invitation) => {
          setCreated(invitation);
          refresh();
        }}
      />
      {created && <CreatedLink key={created.id} invitation={created} />}
      <h2 className="mt-8 mb-3 text-xl font-semibold">{t('admin.invitations.all')}</h2>
      <Problem error={list.error} />
      {list.isPending && <div className="skeleton h-32" aria-hidden="true" />}
      {list.data?.length === 0 && <p className="text-sm text-muted">{t('admin.invitations.none')}</p>}
      {list.data && list.data.length > 0 && (
        <RecordTable label={t('admin.sections.invitations')} columns={columns} rows={list.data} />
      )}
      {revoking && (
        <Confirm
          title={t('admin.ask.revoke.title', { name: nameOf(revoking) })}
          text={t('admin.ask.revoke.text')}
          action={t('admin.ask.revoke.action')}
          run={() => admin.revokeInvitation(revoking.id)}
          onDone={() => {
            if (created?.id === revoking.id) setCreated(undefined);
            refresh();
            toast(t('admin.ask.revoke.done'));
          }}
          onClose={() => setRevoking(undefined)}
        />
      )}
    </>
  );
}

function InvitationState({ invitation: { usedAt, expiresAt } }: { invitation: InvitationView }) {
  const { t, i18n } = useTranslation();
  const [now] = useState(Date.now);
  const date = (iso: string) => formatDate(iso, i18n.language);
  const [tone, word, detail] = usedAt
    ? (['good', t('admin.invitations.used'), date(usedAt)] as const)
    : Date.parse(expiresAt) <= now
      ? (['quiet', t('admin.invitations.expired'), date(expiresAt)] as const)
      : (['busy', t('admin.invitations.open'), t('admin.until', { date: date(expiresAt) })] as const);
  return (
    <>
      <Tag tone={tone}>{word}</Tag> <span className="text-muted">{detail}</span>
    </>
  );
}

function NewInvitation({ onCreated }: { onCreated: (invitation: InvitationCreated) => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('user');
  const [days, setDays] = useState(7);
  const create = useMutation({
    mutationFn: () => admin.invite({ role, expiresInDays: days, ...(email.trim() !== '' && { email: email.trim() }) }),
    onSuccess(invitation) {
      setEmail('');
      setRole('user');
      onCreated(invitation);
    },
  });
  const wrongEmail = fieldMessage(create.error, 'email', t);
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (!create.isPending) create.mutate();
  }
  return (
    <form
      noValidate
      onSubmit={onSubmit}
      aria-label={t('admin.invitations.new')}
      className="grid items-start gap-4 rounded-xl border border-line bg-raised p-5 shadow-card sm:grid-cols-[minmax(0,1fr)_8rem_8rem]"
    >
      <Field label={t('admin.invitations.email')} hint={t('admin.invitations.emailHint')} error={wrongEmail}>
        {(control) => (
          <input
            {...control}
            type="email"
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('admin.users.role')}>
        {(control) => (
          <select
            {...control}
            className={`${control.className} select`}
            value={role}
            onChange={(event) => setRole(event.target.value as Role)}
          >
            <option value="user">{t('admin.roles.user')}</option>
            <option value="admin">{t('admin.roles.admin')}</option>
          </select>
        )}
      </Field>
      <Field label={t('admin.invitations.valid')}>
        {(control) => (
          <select
            {...control}
            className={`${control.className} select`}
            value={days}
            onChange={(event) => setDays(Number(event.target.value))}
          >
            {dayCounts.map((count) => (
              <option key={count} value={count}>
                {t('admin.invitations.days', { count })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="space-y-3 sm:col-span-full">
        {!wrongEmail && <Problem error={create.error} />}
        <Button look="primary" type="submit" disabled={create.isPending} className="max-sm:w-full">
          {t('admin.invitations.create')}
        </Button>
      </div>
    </form>
  );
}

/** The link is shown here and never again. */
function CreatedLink({ invitation: { link, email } }: { invitation: InvitationCreated }) {
  const { t } = useTranslation();
  const registration = useQuery(adminQueries.registration);
  const isSent = email !== null && registration.data?.sends.email === true;
  return (
    <div className="mt-4 space-y-3">
      <Notice tone="good" title={t('admin.invitations.created')}>
        <p>{t(isSent ? 'admin.invitations.createdSent' : 'admin.invitations.createdText')}</p>
      </Notice>
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1 basis-64">
          <Field label={t('admin.invitations.link')}>
            {(control) => (
              <input {...control} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
            )}
          </Field>
        </div>
        <Button
          className="min-h-11"
          onClick={() =>
            void copyText(link).then((isCopied) => toast(t(isCopied ? 'detail.copied' : 'detail.copyFailed')))
          }
        >
          <Copy size={16} aria-hidden="true" /> {t('admin.invitations.copy')}
        </Button>
      </div>
    </div>
  );
}
