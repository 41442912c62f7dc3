import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { saveFile } from '../../lib/save-file.ts';

/** Shown once. No click beside it and no Escape takes it away. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = `${codes.join('\n')}\n`;
  return (
    <Dialog title={t('security.keepCodes')} text={t('security.keepCodesText')}>
      <ul
        className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-lg bg-sunken p-4 font-mono text-sm"
        aria-label={t('security.codes')}
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap justify-between gap-2">
        <div className="flex flex-wrap gap-2">
          <CopyButton text={text} />
          <Button onClick={() => saveFile('octavo-recovery-codes.txt', new Blob([text], { type: 'text/plain' }))}>
            <Download size={16} aria-hidden="true" /> {t('detail.download')}
          </Button>
        </div>
        <Button look="primary" onClick={onClose}>
          {t('security.kept')}
        </Button>
      </div>
    </Dialog>
  );
}
