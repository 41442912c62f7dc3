import { useEffect, useSyncExternalStore } from 'react';

/** Requests that wait until somebody has signed in again. */
let pending: { promise: Promise<boolean>; resolve: (signedIn: boolean) => void } | undefined;
const listeners = new Set<() => void>();
/** Pages that can ask. After signing out there is none. */
let askers = 0;

function notify(): void {
  for (const listener of listeners) listener();
}

/**
 * Asks the person to sign in again, over the page they are on. Resolves to whether they did; to false when somebody
 * else did, and at once when there is no page that could ask.
 */
export function askToSignIn(): Promise<boolean> {
  if (askers === 0) return Promise.resolve(false);
  if (!pending) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    pending = { promise, resolve };
    notify();
  }
  return pending.promise;
}

/** Lets the waiting requests go on, or fail. */
export function finishSignIn(signedIn: boolean): void {
  if (!pending) return;
  pending.resolve(signedIn);
  pending = undefined;
  notify();
}

/** From now on there is a page that asks. @returns the way to take that back; whoever waits then waits for nothing */
export function offerSignIn(): () => void {
  askers += 1;
  return () => {
    askers -= 1;
    if (askers === 0) finishSignIn(false);
  };
}

/** Whether the page that calls this is to ask now. */
export function useIsSignInWanted(): boolean {
  useEffect(offerSignIn, []);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => pending !== undefined,
  );
}
