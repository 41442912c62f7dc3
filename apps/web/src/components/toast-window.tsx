import { Toast } from 'radix-ui';
import { Button } from './button.tsx';
import { escapeTopDialog } from '../lib/open-dialogs.ts';
import type { ToastMessage } from './toasts.tsx';

/** What is said in the corner of the page. Apart from `toasts.tsx`, so that the first page does not wait for it. */
export default function ToastWindow({ shown, onClose }: { shown: ToastMessage[]; onClose: (id: number) => void }) {
  return (
    <Toast.Provider swipeDirection="down">
      {shown.map(({ id, text, action }) => (
        <Toast.Root
          key={id}
          // It stays longer while the pointer or the focus is on it.
          duration={action ? 30_000 : 10_000}
          // Said while a dialog is open, it lies on top; Escape is for the dialog all the same.
          onEscapeKeyDown={(event) => {
            const isInToast = document.activeElement?.closest('[data-swipe-direction]');
            if (!isInToast && escapeTopDialog()) event.preventDefault();
          }}
          onOpenChange={(isOpen) => !isOpen && onClose(id)}
          className="flex items-center justify-between gap-4 rounded-xl border border-line bg-raised py-2 pr-2 pl-4 text-sm shadow-float"
        >
          <Toast.Title>{text}</Toast.Title>
          {action && (
            <Toast.Action asChild altText={action.label}>
              <Button look="quiet" className="font-semibold text-accent" onClick={action.run}>
                {action.label}
              </Button>
            </Toast.Action>
          )}
        </Toast.Root>
      ))}
      {/* On a phone it stays clear of the bar with the Save button. */}
      <Toast.Viewport className="fixed right-4 bottom-20 z-60 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 sm:bottom-4" />
    </Toast.Provider>
  );
}
