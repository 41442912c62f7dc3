import { expect, it } from 'vitest';
import { ignoredInputs } from './ignored-inputs.ts';

it('names what the local model leaves out, and nothing else', () => {
  expect(ignoredInputs()).toEqual([]);
  expect(ignoredInputs({ paragraphs: 4, language: 'eng_Latn', values: [] })).toEqual([]);
  expect(ignoredInputs({ genre: 'mystery' })).toEqual([
    'The local model cannot follow the genre that the form asks for.',
  ]);
  expect(ignoredInputs({ characters: 'Ana', values: ['courage'], language: 'spa_Latn', audience: '7-9' })).toEqual([
    'The local model cannot follow the age of the readers, the values, the characters, and the language that the form asks for.',
  ]);
});
