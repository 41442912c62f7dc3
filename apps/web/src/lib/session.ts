import type { Session } from '@octavo/contracts';
import type { SessionStore } from '@octavo/sdk';
import { useSyncExternalStore } from 'react';

const storageKey = 'octavo.session';
const listeners = new Set<() => void>();
let cached: { json: string | null; session: Session | null } = { json: null, session: null };

/** The session, shared by all tabs of this browser. */
export const sessionStore: SessionStore = {
  read() {
    const json = localStorage.getItem(storageKey);
    if (json !== cached.json) cached = { json, session: parse(json) };
    return cached.session;
  },
  write(session) {
    if (session) localStorage.setItem(storageKey, JSON.stringify(session));
    else localStorage.removeItem(storageKey);
    for (const listener of listeners) listener();
  },
};

function parse(json: string | null): Session | null {
  try {
    return json === null ? null : (JSON.parse(json) as Session);
  } catch {
    return null;
  }
}

/** Called after every change of the session, here or in another tab. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

export function useSession(): Session | null {
  return useSyncExternalStore(subscribe, () => sessionStore.read());
}
