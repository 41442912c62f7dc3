import type { SessionStore } from '@octavo/sdk';

/**
 * Calls back when somebody has signed in after a session was over, here or in another tab, with whether it is
 * somebody else than before. A session that is only renewed is the same person all along.
 */
export function watchPerson(
  session: Pick<SessionStore, 'read'>,
  subscribe: (listener: () => void) => void,
  onSignedIn: (isSomebodyElse: boolean) => void,
): void {
  let person = session.read()?.user.id;
  subscribe(() => {
    const next = session.read()?.user.id;
    if (next === undefined) return;
    const isSomebodyElse = person !== undefined && person !== next;
    person = next;
    onSignedIn(isSomebodyElse);
  });
}
