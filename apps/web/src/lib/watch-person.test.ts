import type { Session } from '@octavo/contracts';
import { createMemoryStore } from '@octavo/sdk';
import { expect, it } from 'vitest';
import { watchPerson } from './watch-person.ts';

it('tells somebody else from the same person who signs in again', () => {
  const store = createMemoryStore(sessionOf('ada'));
  let changed: () => void = () => undefined;
  const heard: boolean[] = [];
  watchPerson(
    store,
    (listener) => (changed = listener),
    (isSomebodyElse) => heard.push(isSomebodyElse),
  );
  const write = (user: string | null): void => {
    store.write(user === null ? null : sessionOf(user));
    changed();
  };
  write(null);
  write('ada');
  expect(heard).toEqual([false]);
  write(null);
  write('ben');
  expect(heard).toEqual([false, true]);
  // Straight from one to the other: that is what another tab's doing looks like.
  write('ada');
  expect(heard).toEqual([false, true, true]);
});

function sessionOf(id: string): Session {
  return {
    user: { id, email: `${id}@example.org`, firstName: id, lastName: 'X' },
    access_token: 'a',
    refresh_token: 'r',
  };
}
