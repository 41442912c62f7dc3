import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../dialog.tsx';

/** Single keys, as long as nobody is typing; `?` shows them. */
export function Shortcuts({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      const target = event.target as HTMLElement;
      const isTyping =
        target.isContentEditable ||
        /^(input|textarea|select)$/i.test(target.tagName) ||
        target.closest('[role=menu],[role=dialog]');
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'n') void navigate({ to: '/new' });
      else if (event.key === 'l') void navigate({ to: '/' });
      else if (event.key === 'i') void navigate({ to: '/images' });
      else if (event.key === 'b') void navigate({ to: '/batches' });
      else if (event.key === '?') onOpenChange(true);
      else return;
      event.preventDefault();
    }
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, onOpenChange]);

  if (!isOpen) return null;
  const keys: Array<[string, string]> = [
    ['N', t('shortcuts.create')],
    ['L', t('shortcuts.library')],
    ['I', t('shortcuts.images')],
    ['B', t('shortcuts.batches')],
    ['Ctrl Enter', t('shortcuts.generate')],
    ['Ctrl S', t('shortcuts.save')],
    ['Esc', t('shortcuts.close')],
    ['?', t('shortcuts.help')],
  ];
  return (
    <Dialog title={t('shortcuts.title')} onClose={() => onOpenChange(false)}>
      <dl className="space-y-2 text-sm">
        {keys.map(([key, what]) => (
          <div key={key} className="flex items-center justify-between">
            <dt>{what}</dt>
            <dd>
              <kbd className="rounded border border-line bg-sunken px-2 py-0.5 font-sans text-xs">{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
