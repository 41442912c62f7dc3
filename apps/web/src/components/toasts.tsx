import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';

export interface ToastMessage {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

let messages: ToastMessage[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: ToastMessage[]): void {
  messages = next;
  for (const listener of listeners) listener();
}

/**
 * Says something in the corner of the page for ten seconds; with one thing that can be done about it, for thirty.
 */
export function toast(text: string, action?: ToastMessage['action']): void {
  lastId += 1;
  set([...messages, { id: lastId, text, ...(action && { action }) }]);
}

const loadWindow = () => import('./toast-window.tsx');
const ToastWindow = lazy(loadWindow);
/** Long after the first page, and long before the connection is lost that one may have to tell of. */
const fetchedAfterMs = 3000;

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => messages,
  );
  useEffect(() => {
    const timer = setTimeout(() => void loadWindow().catch(() => undefined), fetchedAfterMs);
    return () => clearTimeout(timer);
  }, []);
  if (lastId === 0) return null;
  return (
    <Suspense>
      <ToastWindow shown={shown} onClose={(id) => set(messages.filter((message) => message.id !== id))} />
    </Suspense>
  );
}
