import { lazy, type ReactNode, Suspense } from 'react';

const DialogWindow = lazy(() => import('./dialog-window.tsx'));

export interface DialogProps {
  title: string;
  text?: string;
  isWide?: boolean;
  onClose?: () => void;
  /** Where one goes on once it is closed; without it, or when it says nothing, where one was before. */
  focusAfter?: () => HTMLElement | null | undefined;
  children: ReactNode;
}

/** A question or a form over the page, or over another one. `onClose` is called for Escape and a click outside. */
export function Dialog(props: DialogProps) {
  return (
    <Suspense>
      <DialogWindow {...props} />
    </Suspense>
  );
}
