import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOpenDialog } from '../lib/open-dialogs.ts';
import type { DialogProps } from './dialog.tsx';

export default function DialogWindow({ title, text, isWide = false, onClose, focusAfter, children }: DialogProps) {
  const { t } = useTranslation();
  useOpenDialog(onClose);
  const [before] = useState(() => document.activeElement);
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose?.()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-black/40" />
        <Radix.Content
          className={`fixed top-1/2 left-1/2 z-50 max-h-[90dvh] ${isWide ? 'w-[min(48rem,calc(100vw-2rem))]' : 'w-[min(28rem,calc(100vw-2rem))]'} -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-2xl border border-line bg-raised p-6 shadow-float outline-none`}
          onCloseAutoFocus={(event) => {
            // Of itself it goes to a trigger, which these dialogs have none of.
            event.preventDefault();
            const next = focusAfter?.() ?? before;
            if (next instanceof HTMLElement) next.focus({ preventScroll: true });
          }}
          {...(text ? {} : { 'aria-describedby': undefined })}
          {...(onClose ? {} : { onEscapeKeyDown: prevent, onPointerDownOutside: prevent })}
        >
          <Radix.Title className="pr-8 font-serif text-xl font-semibold break-words">{title}</Radix.Title>
          {text && <Radix.Description className="mt-2 text-sm text-muted">{text}</Radix.Description>}
          <div className="mt-5">{children}</div>
          {onClose && (
            <Radix.Close
              className="absolute top-4 right-4 rounded-lg p-2.5 text-muted hover:bg-sunken hover:text-ink"
              aria-label={t('dialog.close')}
            >
              <X size={18} aria-hidden="true" />
            </Radix.Close>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function prevent(event: Event): void {
  event.preventDefault();
}
