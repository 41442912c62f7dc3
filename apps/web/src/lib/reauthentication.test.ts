import { expect, it } from 'vitest';
import { askToSignIn, finishSignIn, offerSignIn } from './reauthentication.ts';

it('asks once for all requests that wait, and tells each of them', async () => {
  const leave = offerSignIn();
  const waiting = [askToSignIn(), askToSignIn()];
  finishSignIn(true);
  expect(await Promise.all(waiting)).toEqual([true, true]);
  leave();
});

it('lets nobody wait once the page that could ask is gone, nor the next person find the question', async () => {
  const leave = offerSignIn();
  const waiting = askToSignIn();
  leave();
  expect(await waiting).toBe(false);
  // A request that found out late, after signing out.
  expect(await askToSignIn()).toBe(false);
});
