import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../lib/copy-text.ts';
import { Button } from './button.tsx';
import { toast } from './toasts.tsx';

/** A button that puts text on the clipboard and says so. */
export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  const Icon = isCopied ? Check : Copy;
  return (
    <Button
      onClick={() =>
        void copyText(text).then((done) => {
          setIsCopied(done);
          if (!done) toast(t('detail.copyFailed'));
        })
      }
    >
      <Icon size={16} aria-hidden="true" /> {isCopied ? t('detail.copied') : t('detail.copy')}
    </Button>
  );
}
