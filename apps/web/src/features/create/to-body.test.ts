import { generateBody } from '@octavo/contracts';
import { contentTypeNames } from '@octavo/contracts/names';
import { describe, expect, it } from 'vitest';
import { emptyPiece, type NewPiece } from './new-piece.ts';
import { findProblems, shortened, toBody } from './to-body.ts';

const id = '0198c0de-0000-7000-8000-000000000000';

function piece(part: Partial<NewPiece>): NewPiece {
  return {
    ...emptyPiece(),
    title: 'Title',
    prompt: 'Prompt',
    image: { aspectRatio: '16:9', count: 2, references: [] },
    description: { mediaId: id, imageName: '', instructions: '', length: '', language: '' },
    translation: { from: 'text', text: 'Tea', contentId: '', source: '', target: 'spa_Latn', instructions: '' },
    key: 'k',
    ...part,
  };
}

describe('toBody', () => {
  it.each(contentTypeNames)('sends what the server takes: %s', (contentType) => {
    const sparse = toBody(piece({ contentType }), 'Fallback');
    expect(generateBody.parse(sparse)).toEqual(sparse);
    const full = toBody(
      piece({
        contentType,
        provider: 'xai',
        model: 'grok',
        story: {
          genre: 'fable',
          audience: '7-9',
          readerGender: 'female',
          values: ['courage'],
          characters: 'A fox',
          paragraphs: '7',
          language: 'eng_Latn',
          instructions: 'No owls.',
        },
        image: { aspectRatio: '2:3', count: 4, references: [id] },
        description: {
          mediaId: id,
          imageName: 'sea.png',
          instructions: 'Colours',
          length: 'long',
          language: 'spa_Latn',
        },
        translation: {
          from: 'piece',
          text: 'not sent',
          contentId: id,
          source: 'eng_Latn',
          target: 'spa_Latn',
          instructions: 'Formal',
        },
      }),
      'Fallback',
    );
    expect(generateBody.parse(full)).toEqual(full);
  });

  it('puts extra instructions of a story below its idea, and takes a title only where one is missing', () => {
    const { story } = piece({});
    const body = toBody(piece({ contentType: 'story', story: { ...story, instructions: 'No owls.' } }), 'Fallback');
    expect(body.prompt).toBe('Prompt\n\nNo owls.');
    expect(body.title).toBe('Title');
    expect(toBody(piece({ contentType: 'image', title: ' ' }), 'A lighthouse').title).toBe('A lighthouse');
  });
});

describe('findProblems', () => {
  it('names everything that is missing, and nothing of other kinds', () => {
    const empty = piece({
      title: ' ',
      prompt: '',
      description: { ...piece({}).description, mediaId: '' },
      translation: { ...piece({}).translation, text: '', target: '' },
    });
    const fields = (contentType: NewPiece['contentType']) => Object.keys(findProblems({ ...empty, contentType }));
    expect(fields('blog')).toEqual(['title', 'prompt']);
    expect(fields('image')).toEqual(['prompt']);
    expect(fields('description')).toEqual(['input.mediaId']);
    expect(fields('translation')).toEqual(['input.text', 'input.target']);
  });

  it.each(['0', '51', '2.5', 'x'])('refuses %s paragraphs', (paragraphs) => {
    const { story } = piece({});
    expect(findProblems(piece({ contentType: 'story', story: { ...story, paragraphs } }))).toEqual({
      'input.paragraphs': 'paragraphs',
    });
  });
});

describe('shortened', () => {
  it.each([
    ['# A heading\n\nText', 'A heading'],
    ['one two three', 'one two three'],
    [`${'word '.repeat(40)}`, `${'word '.repeat(15)}word…`],
    ['🫖'.repeat(100), `${'🫖'.repeat(39)}…`],
  ])('%j', (text, title) => {
    expect(shortened(text)).toBe(title);
  });
});
