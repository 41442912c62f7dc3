import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStoryLayout } from './story-layout.ts';

const laidOut = (pieces: string[], opening = 'Once.', wanted?: number) => {
  const layout = createStoryLayout(opening, wanted);
  return pieces.map((piece) => layout.push(piece)).join('');
};

test('words come through as they are made; space waits for the next word', () => {
  const layout = createStoryLayout('Once upon a time');
  expect([' there ', 'was ', 'a fox.', ' \n'].map((piece) => layout.push(piece))).toEqual([
    ' there',
    ' was',
    ' a fox.',
    '',
  ]);
});

test('paragraphs are one empty line apart', () => {
  expect(laidOut([' One.\n', 'Two.', '\n\n\n', ' Three.'])).toBe(' One.\n\nTwo.\n\nThree.');
});

test('a paragraph that grows long ends with its sentence, never inside speech', () => {
  const long = 'and the wind blew '.repeat(25);
  expect(laidOut([` ${long}away. `, 'Then it was still. ', 'So.'])).toBe(` ${long}away.\n\nThen it was still. So.`);
  const speech = laidOut([` "${long}away. `, 'I ', 'fell." ', 'He wept.']);
  expect(speech).toBe(` "${long}away. I fell."\n\nHe wept.`);
});

test('as many paragraphs as are wanted share the story', () => {
  const sentence = 'The wind blew over the hill and the old man slept in his house all day. ';
  const story = sentence.repeat(14);
  for (const wanted of [1, 2, 5, 10])
    expect(laidOut([` ${story}`], 'Once.', wanted).split('\n\n')).toHaveLength(wanted);
  // The model's own line ends would make more of them.
  expect(laidOut([` ${sentence}\n\n${sentence}\n${sentence}`], 'Once.', 1)).not.toContain('\n');
  expect(laidOut([' Yes.'], 'Once.', 3)).toBe(' Yes.');
});

test('a paragraph that is wanted does not begin after speech that goes on', () => {
  const said = 'And the wolf stood in front of the house and said to them, "Is nobody at home this evening?" ';
  expect(laidOut([` ${said}he asked. He waited.`], 'Once.', 20)).toContain('evening?" he asked.\n\nHe waited.');
  // Unless it is never closed.
  expect(laidOut([` "${said.repeat(8)}`, 'He left.'], 'Once.', 3)).toContain('\n\n');
});

test('bytes that never became a character are left out', () => {
  expect(laidOut([' caf\ufffd\ufffd', '\u0000 \ud800end'])).toBe(' caf end');
});

test('whatever comes, in whatever pieces: clean, the same text, no space at the end', () => {
  const pieces = fc.array(
    fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\n', '.', '"', '\ufffd', '\u0000', '\r') }),
  );
  fc.assert(
    fc.property(pieces, (made) => {
      const text = laidOut(made);
      expect(text).toBe(laidOut([made.join('')]));
      expect(text).not.toMatch(/[^\P{Cc}\n]|\ufffd|\s{3}|\s$/u);
    }),
  );
});
