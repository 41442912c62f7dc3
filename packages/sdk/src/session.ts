import type { Session } from '@octavo/contracts';

/** Where a session is kept between requests, and between visits. */
export interface SessionStore {
  read(): Session | null;
  write(session: Session | null): void;
}

export function createMemoryStore(session: Session | null = null): SessionStore {
  let current = session;
  return { read: () => current, write: (next) => void (current = next) };
}

/** When an access token expires, in milliseconds; 0 when it cannot be read. Only the server verifies it. */
export function expiresAtMs(accessToken: string): number {
  try {
    const payload = accessToken.split('.')[1] ?? '';
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number };
    return (exp ?? 0) * 1000;
  } catch {
    return 0;
  }
}
