import type { OutboxView } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Mail, MessageCircle, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { toast } from '../../components/toasts.tsx';
import { copyText } from '../../lib/copy-text.ts';
import { formatDate, formatTime } from '../../lib/format.ts';
import { Problem } from './problem.tsx';
import { adminQueries } from './queries.ts';
import { type Column, RecordTable } from './parts/record-table.tsx';

type Message = OutboxView['messages'][number];

/** What this server wanted to tell people and had no way to. */
export function Messages() {
  const { t, i18n } = useTranslation();
  const outbox = useQuery(adminQueries.outbox);
  const [open, setOpen] = useState<Message>();
  const messages = outbox.data?.messages ?? [];
  const columns: [Column<Message>, ...Array<Column<Message>>] = [
    {
      head: t('admin.messages.to'),
      cell: ({ channel, to }) => (
        <span className="flex items-start gap-2">
          <span className="mt-0.5 text-muted">
            {channel === 'email' ? (
              <Mail size={16} aria-hidden="true" />
            ) : (
              <MessageCircle size={16} aria-hidden="true" />
            )}
          </span>
          <span className="font-medium break-all">
            <span className="sr-only">{t(`admin.channels.${channel}`)}: </span>
            {to}
          </span>
        </span>
      ),
    },
    {
      head: t('admin.messages.subject'),
      cell: (message) => (
        <button
          type="button"
          className="text-left underline decoration-line underline-offset-4 hover:decoration-current"
          onClick={() => setOpen(message)}
        >
          {message.subject}
        </button>
      ),
    },
    {
      head: t('admin.when'),
      className: 'whitespace-nowrap',
      cell: ({ createdAt }) => formatDate(createdAt, i18n.language),
    },
  ];
  return (
    <>
      <PageTitle className="mb-2 font-serif text-3xl font-semibold">{t('admin.sections.messages')}</PageTitle>
      <p className="mb-5 max-w-2xl text-muted">{t('admin.messages.text')}</p>
      <Problem error={outbox.error} />
      {outbox.isPending && <div className="skeleton h-40" aria-hidden="true" />}
      {outbox.data && <Hint sends={outbox.data.sends} />}
      <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button disabled={outbox.isFetching} onClick={() => void outbox.refetch()}>
          <RefreshCw size={16} aria-hidden="true" /> {t('admin.messages.again')}
        </Button>
        <p role="status" className="text-sm text-muted">
          {outbox.dataUpdatedAt > 0 &&
            t('admin.messages.readAt', {
              time: formatTime(new Date(outbox.dataUpdatedAt).toISOString(), i18n.language),
            })}
        </p>
      </div>
      {outbox.data && messages.length === 0 && <p className="mt-6 text-sm text-muted">{t('admin.messages.none')}</p>}
      {messages.length > 0 && (
        <div className="mt-6">
          <RecordTable label={t('admin.sections.messages')} columns={columns} rows={messages} />
        </div>
      )}
      {open && (
        <Dialog
          title={open.subject}
          text={t('admin.messages.toAt', { to: open.to, date: formatDate(open.createdAt, i18n.language) })}
          onClose={() => setOpen(undefined)}
        >
          <p className="rounded-lg bg-sunken p-4 text-sm break-words whitespace-pre-wrap">{open.text}</p>
          <div className="mt-4 flex justify-end">
            <Button
              onClick={() =>
                void copyText(open.text).then((isCopied) => toast(t(isCopied ? 'detail.copied' : 'detail.copyFailed')))
              }
            >
              {t('detail.copy')}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Hint({ sends }: { sends: OutboxView['sends'] }) {
  const { t } = useTranslation();
  if (sends.email && sends.whatsapp) return null;
  const which = sends.email ? 'noWhatsApp' : sends.whatsapp ? 'noMail' : 'neither';
  return (
    <Notice>
      <p>
        {t(`admin.messages.${which}`)}{' '}
        <Link
          to="/admin/$section"
          params={{ section: 'settings' }}
          className="font-medium underline underline-offset-4"
        >
          {t('admin.messages.setUp')}
        </Link>
      </p>
    </Notice>
  );
}
