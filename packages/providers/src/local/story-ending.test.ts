import { expect, test } from 'vitest';
import { mayEnd, storyLength } from './story-ending.ts';

const { aimTokens, enoughTokens } = storyLength;

test.each([
  ['He went home.', aimTokens, true],
  ['"Come in!"', aimTokens, true],
  ['He went home.', aimTokens - 1, false],
  ['He went', aimTokens, false],
  ['He went', enoughTokens + 50, false],
  ['"I am lost.', aimTokens, false],
  ['"I am lost.', enoughTokens, true],
  ['"One."\n\n"Two.', aimTokens, false],
  ['"Never closed.\n\nHe went home.', aimTokens, true],
  ['Then came Mr.', enoughTokens, false],
  ['said L.', enoughTokens, false],
])('%j after %i tokens: %s', (text, newTokens, expected) => {
  expect(mayEnd(text, newTokens)).toBe(expected);
});
