import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useIsAdmin } from '../../lib/use-is-admin.ts';

/** Where the keys go: an admin stores one here, and whoever runs the server can set it there. */
export default function ConnectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { isAdmin } = useIsAdmin();
  const ways: Array<[string, string]> = [
    ['xAI Grok', 'XAI_API_KEY=…'],
    ['Google Gemini', 'GOOGLE_API_KEY=…'],
    ['OpenRouter', 'OPENROUTER_API_KEY=…'],
    [t('connect.compatible'), 'OPENAI_COMPATIBLE_BASE_URL=http://host:port/v1'],
  ];
  return (
    <Dialog title={t('connect.title')} isWide onClose={onClose}>
      {isAdmin ? (
        <div className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2">
          <Link
            to="/admin/$section"
            params={{ section: 'settings' }}
            className={buttonClass('primary')}
            onClick={onClose}
          >
            {t('connect.store')}
          </Link>
          <span className="text-sm text-muted">{t('connect.noRestart')}</span>
        </div>
      ) : (
        isAdmin === false && <p className="mb-5 font-medium">{t('connect.ask')}</p>
      )}
      <p className="mb-3 text-sm text-muted">{t('connect.text')}</p>
      <dl className="divide-y divide-line rounded-xl border border-line text-sm">
        {ways.map(([name, setting]) => (
          <div key={name} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3">
            <dt>{name}</dt>
            <dd>
              <code className="rounded bg-sunken px-2 py-1 text-xs break-all">{setting}</code>
            </dd>
          </div>
        ))}
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-3">
          <dt>Ollama, LM Studio, llama.cpp, vLLM</dt>
          <dd className="text-muted">{t('connect.found')}</dd>
        </div>
      </dl>
      <p className="mt-4 text-sm text-muted">{t('connect.restart')}</p>
    </Dialog>
  );
}
