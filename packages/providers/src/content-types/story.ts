import type { audiences, readerGenders } from '@octavo/contracts';
import { always } from './always.ts';
import type { ContentTypeDefinition } from './definition.ts';

/** A story, and how what its form asks is put to a model. */
export const story: ContentTypeDefinition = {
  system: [
    'You are a storyteller. Write a story in Markdown: its title as a first-level heading, then its paragraphs with one empty line between them, with a beginning, a turn and an end, in concrete scenes and with some dialogue.',
    'Dialogue stays within its paragraph. No other headings, no lists, no separator lines, no picture descriptions, and nothing after the last paragraph, "The End" included.',
    'Where the request gives a number of paragraphs, write exactly that many, each of three to six sentences. Where it gives none, write 400 to 900 words.',
    'Where the request names readers, choose words, length of sentences and subject for them. Show the values it names by what happens; do not preach them.',
    always,
  ].join('\n'),
  user: [
    [
      'Title: {{title}}',
      'Genre: {{genre}}',
      'Readers: {{audience}}',
      'Gender of the reader: {{readerGender}}',
      'Values: {{values}}',
      'Language: {{language}}',
      'Number of paragraphs: {{paragraphs}}',
    ].join('\n'),
    'Characters:\n{{characters}}',
    'Request:\n{{prompt}}',
  ].join('\n\n'),
  maxOutputTokens: 4096,
  temperature: 0.9,
  quality: { minWords: 40, maxWords: 6000 },
};

export const audienceWords: Record<(typeof audiences)[number], string> = {
  '7-9': 'children, 7–9 years old',
  '10-12': 'children, 10–12 years old',
  '13-15': 'teenagers, 13–15 years old',
  '16-17': 'teenagers, 16–17 years old',
  adults: 'adults',
};

export const genderWords: Record<(typeof readerGenders)[number], string> = { female: 'female', male: 'male' };

/** By paragraphs: six long sentences take about 150 tokens in English and twice that in scripts that tokenizers know less. */
export const storyTokens = { title: 256, paragraph: 320 };
/** A paragraph that somebody asked for is at least a sentence. */
export const minWordsPerParagraph = 5;
