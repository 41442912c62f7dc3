import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/dialog.tsx';

/** Where the keys go: who runs the server can do it in a minute. */
export default function ConnectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const ways: Array<[string, string]> = [
    ['xAI Grok', 'XAI_API_KEY=…'],
    ['Google Gemini', 'GOOGLE_API_KEY=…'],
    ['OpenRouter', 'OPENROUTER_API_KEY=…'],
    [t('connect.compatible'), 'OPENAI_COMPATIBLE_BASE_URL=http://host:port/v1'],
  ];
  return (
    <Dialog title={t('connect.title')} text={t('connect.text')} isWide onClose={onClose}>
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
