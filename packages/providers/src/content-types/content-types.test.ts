import { writtenTypeNames } from '@octavo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypes } from './content-types.ts';
import { describeWish } from './describe-wish.ts';
import { fillTemplate } from './fill-template.ts';

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
  expect(describeWish({})).toEqual({ length: 'three to five sentences', language: 'that of the title' });
  expect(describeWish({ length: 'short', language: 'zho_Hant' })).toEqual({
    length: 'one sentence',
    language: 'Traditional Chinese',
  });
  // A code that follows the form and names nothing.
  expect(describeWish({ language: 'qqq_Zzzz' }).language).toContain('qqq');
  const keys = Object.keys(describeWish({}));
  for (const key of keys) expect(contentTypes.description.user).toContain(`{{${key}}}`);
});

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
