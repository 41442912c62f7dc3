import { Toast } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { Button } from './button.tsx';

interface Message {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

let messages: Message[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: Message[]): void {
  messages = next;
  for (const listener of listeners) listener();
}

/** Says something in the corner of the page for ten seconds, with one thing that can be done about it. */
export function toast(text: string, action?: Message['action']): void {
  lastId += 1;
  set([...messages, { id: lastId, text, ...(action && { action }) }]);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => messages,
  );
  return (
    <Toast.Provider duration={10_000} swipeDirection="down">
      {shown.map(({ id, text, action }) => (
        <Toast.Root
          key={id}
          onOpenChange={(isOpen) => !isOpen && set(messages.filter((message) => message.id !== id))}
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
