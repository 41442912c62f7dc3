import { useSyncExternalStore } from 'react';

/** Requests that wait until somebody has signed in again. */
let pending: { promise: Promise<boolean>; resolve: (signedIn: boolean) => void } | undefined;
const listeners = new Set<() => void>();

function notify(): void {
  for (const listener of listeners) listener();
}

/** Asks the person to sign in again, over the page they are on. Resolves to whether they did. */
export function askToSignIn(): Promise<boolean> {
  if (!pending) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    pending = { promise, resolve };
    notify();
  }
  return pending.promise;
}

export function finishSignIn(signedIn: boolean): void {
  pending?.resolve(signedIn);
  pending = undefined;
  notify();
}

export function useIsSignInWanted(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => pending !== undefined,
  );
}
