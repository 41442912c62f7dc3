import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxOpeningTokens, storyOpening } from './story-opening.ts';

/** A token every four characters: what the small tokenizer does to plain English, roughly. */
const countTokens = (text: string) => Math.ceil(text.length / 4);
const opening = (prompt: string, title = '') => storyOpening({ title, prompt, countTokens });

test.each([
  ['a little dragon who is afraid of fire', 'Once upon a time there was a little dragon who was afraid of fire.'],
  [
    'Write a story about a little dragon who is afraid of fire.',
    'Once upon a time there was a little dragon who was afraid of fire.',
  ],
  [
    'Please write me a short bedtime story about a cat that wants to fly',
    'Once upon a time there was a cat that wanted to fly.',
  ],
  [
    'Could you tell us a tale of two brothers who live in a mill?',
    'Once upon a time there were two brothers who lived in a mill.',
  ],
  ["I'd like a fairy tale for my daughter about a fox", 'Once upon a time there was a fox.'],
  [
    "A story about a boy who can't sleep and finds a key",
    'Once upon a time there was a boy who could not sleep and found a key.',
  ],
  ['A little old woman loses her cat in the snow', 'Once upon a time a little old woman lost her cat in the snow.'],
  [
    'Tell a story about Luna, a shy fox who never speaks',
    'Once upon a time there lived Luna, a shy fox who never spoke.',
  ],
  ['Write a fable about friendship and courage', 'This is the tale of friendship and courage. Once upon a time'],
  [
    'a story about how the bear got its short tail',
    'This is the tale of how the bear got its short tail. Once upon a time',
  ],
  [
    'Write a story about a tailor. He lives alone. Make it 300 words. Use short sentences.',
    'Once upon a time there was a tailor. He lived alone.',
  ],
  ['a house constructor who never sleeps', 'Once upon a time there was a house constructor who never slept.'],
  ['Write a story about a goose in 200 words', 'Once upon a time there was a goose.'],
])('%s', (prompt, text) => {
  expect(opening(prompt)).toEqual({ text, warnings: [] });
});

test.each([
  'Once upon a time there was a miller who had three sons.',
  'Long ago, in a cold land, a king lost his crown.',
  'The old lamp stood in the corner. Nobody had lit it for years.',
  '"Who is there?" said the wolf.',
])('a prompt that reads like a tale is used as it is: %s', (prompt) => {
  expect(opening(prompt, 'Any title')).toEqual({ text: prompt, warnings: [] });
});

test('a request in the past tense is still a request', () => {
  expect(opening('Write a story about a girl who was lost.').text).toBe(
    'Once upon a time there was a girl who was lost.',
  );
});

test('the title helps when the prompt names nothing', () => {
  expect(opening('Write a story.', 'The lost lantern').text).toBe(
    'This is the tale of the lost lantern. Once upon a time',
  );
  expect(opening('', '').text).toBe('Once upon a time there was');
});

test.each([
  ['Escribe un cuento sobre un dragón que tiene miedo al fuego', 'un dragón que tiene miedo al fuego'],
  ['Cuéntame una historia corta para niños de una niña y su gato.', 'una niña y su gato'],
  ['Geschichte von einem Drachen und der Prinzessin', 'Geschichte von einem Drachen und der Prinzessin'],
  ['一个关于小龙的故事', '一个关于小龙的故事'],
])('a prompt in another language is quoted, and said to be out of reach: %s', (prompt, subject) => {
  const { text, warnings } = opening(prompt);
  expect(text).toBe(`This is the tale of "${subject}". Once upon a time there was`);
  expect(warnings).toEqual([expect.stringContaining('English only')]);
});

test('a long prompt ends at a sentence within the limit, and says so', () => {
  const { text, warnings } = opening(
    `Once upon a time there was a mill. ${'The wheel went round and round all day. '.repeat(60)}`,
  );
  expect(countTokens(text)).toBeLessThanOrEqual(maxOpeningTokens);
  expect(text).toMatch(/all day\.$/);
  expect(warnings).toEqual([expect.stringContaining('left out')]);
});

test('one endless word is cut, never inside a character', () => {
  const { text } = opening(`Once upon a time ${'😀'.repeat(4000)}`);
  expect(text).toBe('Once upon a time');
  const single = opening('😀'.repeat(4000)).text;
  expect(single.isWellFormed()).toBe(true);
  expect(countTokens(single)).toBeLessThanOrEqual(maxOpeningTokens);
});

test('whatever is asked: within the limit, well-formed, never empty', () => {
  const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.lorem(), fc.string({ minLength: 500, maxLength: 5_000 }));
  fc.assert(
    fc.property(anything, anything, (prompt, title) => {
      const { text } = opening(prompt, title);
      expect(text.trim()).not.toBe('');
      expect(text.isWellFormed()).toBe(true);
      expect(countTokens(text)).toBeLessThanOrEqual(maxOpeningTokens);
    }),
  );
});

test('a prompt made to be slow to read is not', () => {
  for (const piece of ['.', ' ', 'a ', 'for the ', 'write a very ', '"']) {
    expect(opening(`${piece.repeat(20_000)}x`).text.length).toBeLessThan(600);
  }
});
