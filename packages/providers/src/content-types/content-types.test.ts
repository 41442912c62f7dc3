import { fillTemplate, maxParagraphs, writtenTypeNames } from '@octavo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypes } from './content-types.ts';
import { describeWish } from './describe-wish.ts';
import { fillForm } from './fill-form.ts';
import { languageName } from './language-name.ts';
import { writePrompt } from './write-prompt.ts';

/** Those whose words a model writes from a title and a prompt. */
const written = [...writtenTypeNames, 'description' as const];

describe('content types', () => {
  it.each([
    ['blog', 'blog post'],
    ['product', 'product description'],
    ['social', 'social media post'],
    ['story', 'story'],
    ['description', 'describe images'],
  ] as const)('%s says in its instructions that a %s is wanted', (type, kind) => {
    expect(contentTypes[type].system).toContain(kind);
  });

  it('keep the words of the user out of the instructions', () => {
    for (const type of written) {
      expect(contentTypes[type].system).not.toContain('{{');
      expect(contentTypes[type].user).toContain('{{title}}');
      expect(contentTypes[type].user).toContain('{{prompt}}');
    }
  });

  it('leave a text of the greatest wanted length room below the ceiling of tokens', () => {
    for (const type of written) {
      const { maxOutputTokens, quality } = contentTypes[type];
      expect(quality.minWords).toBeLessThan(quality.maxWords);
      expect(quality.minWords * 3).toBeLessThan(maxOutputTokens);
    }
  });
});

it('say how long a description shall be, and in which language, by its name', () => {
  expect(describeWish({})).toEqual({ length: 'three to five sentences', language: undefined });
  expect(describeWish({ length: 'short', language: 'zho_Hant' })).toEqual({
    length: 'one sentence',
    language: 'Chinese (Traditional)',
  });
  const keys = Object.keys(describeWish({}));
  for (const key of keys) expect(contentTypes.description.user).toContain(`{{${key}}}`);
});

describe('forms', () => {
  const form = 'Title: {{title}}\nGenre: {{genre}}\n\nCharacters:\n{{characters}}\n\nRequest:\n{{prompt}}';

  it('leave out what was not said', () => {
    expect(fillForm(form, { title: 'T', prompt: 'P' })).toBe('Title: T\n\nRequest:\n> P');
    expect(fillForm(form, { title: 'T', genre: ' ', characters: 'Ana\nLuz' })).toBe(
      'Title: T\n\nCharacters:\n> Ana\n> Luz',
    );
    expect(fillForm(form, {})).toBe('');
  });

  it('keep every value in its place, whatever it looks like', () => {
    const value = fc
      .array(
        fc.constantFrom('a', ' ', '\n', '\r', '\r\n', '\u2028', '\f', '> ', 'Genre: x', '{{title}}', '\n\nRequest:\n'),
      )
      .map((parts) => `b${parts.join('')}b`);
    fc.assert(
      fc.property(value, value, value, value, (title, genre, characters, prompt) => {
        const lines = fillForm(form, { title, genre, characters, prompt }).split(/[\n\r\v\f\u0085\u2028\u2029]/);
        const ours = lines.filter((line) => !line.startsWith('> ') && line !== '');
        expect(ours).toEqual([
          expect.stringMatching(/^Title: b/),
          expect.stringMatching(/^Genre: b/),
          'Characters:',
          'Request:',
        ]);
        const said = (text: string) => text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
        expect(lines.slice(-said(prompt).length)).toEqual(said(prompt).map((line) => `> ${line}`));
        expect(ours[1]).toBe(`Genre: ${said(genre).join(' ')}`);
      }),
    );
  });
});

describe('the prompt of a story', () => {
  const request = { contentType: 'story', title: 'Té', prompt: 'Lluvia', model: 'm', seed: 1 } as const;

  it('holds everything that the form asks', () => {
    const input = {
      genre: 'mystery',
      audience: '7-9',
      readerGender: 'female',
      values: ['courage', 'patience'],
      characters: 'Ana, 9\nA cat',
      paragraphs: 12,
      language: 'spa_Latn',
    } as const;
    expect(writePrompt({ ...request, input: { ...input, values: [...input.values] } }).user).toBe(
      [
        'Title: Té\nGenre: mystery\nReaders: children, 7–9 years old\nGender of the reader: female',
        'Values: courage, patience\nLanguage: Spanish\nNumber of paragraphs: 12\n',
        'Characters:\n> Ana, 9\n> A cat\n\nRequest:\n> Lluvia',
      ].join('\n'),
    );
    expect(writePrompt(request).user).toBe('Title: Té\n\nRequest:\n> Lluvia');
  });

  it('has the same instructions whatever the user says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (title, prompt, genre) => {
        const { system } = writePrompt({ ...request, title, prompt, input: { genre, values: [genre] } });
        expect(system).toBe(contentTypes.story.system);
      }),
    );
  });

  it('leaves room for the paragraphs that are asked for', () => {
    const tokens = (paragraphs?: number) =>
      writePrompt({ ...request, input: paragraphs === undefined ? {} : { paragraphs } }).maxOutputTokens;
    expect(tokens()).toBe(contentTypes.story.maxOutputTokens);
    for (let count = 1; count <= maxParagraphs; count += 1) {
      expect(tokens(count)).toBeGreaterThanOrEqual(256 + 300 * count);
      expect(tokens(count)).toBeLessThanOrEqual(17_000);
    }
  });
});

it.each([
  ['spa_Latn', 'Spanish'],
  ['eng_Latn', 'English'],
  ['zho_Hant', 'Chinese (Traditional)'],
  ['srp_Cyrl', 'Serbian'],
  ['xxx_Latn', 'xxx_Latn'],
])('the language %s is called %s', (code, name) => expect(languageName(code)).toBe(name));

describe('templates', () => {
  it('take values as they are, whatever they look like', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (title, prompt) => {
        expect(fillTemplate('T {{title}} P {{prompt}}', { title, prompt })).toBe(`T ${title} P ${prompt}`);
      }),
    );
    expect(fillTemplate('{{title}}/{{prompt}}', { title: '{{prompt}} $& $1', prompt: '{{title}}' })).toBe(
      '{{prompt}} $& $1/{{title}}',
    );
  });

  it('leave a place that has no value', () => {
    expect(fillTemplate('{{other}} {{constructor}}', {})).toBe('{{other}} {{constructor}}');
  });
});
