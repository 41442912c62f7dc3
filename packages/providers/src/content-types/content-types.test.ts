import { contentTypeNames } from '@octavo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypes } from './content-types.ts';
import { fillTemplate } from './fill-template.ts';

describe('content types', () => {
  it.each([
    ['blog', 'blog post'],
    ['product', 'product description'],
    ['social', 'social media post'],
    ['story', 'story'],
  ] as const)('%s says in its instructions that a %s is wanted', (type, kind) => {
    expect(contentTypes[type].system).toContain(kind);
  });

  it('keep the words of the user out of the instructions', () => {
    for (const type of contentTypeNames) {
      expect(contentTypes[type].system).not.toContain('{{');
      expect(contentTypes[type].user).toContain('{{title}}');
      expect(contentTypes[type].user).toContain('{{prompt}}');
    }
  });

  it('leave a text of the greatest wanted length room below the ceiling of tokens', () => {
    for (const { maxOutputTokens, quality } of Object.values(contentTypes)) {
      expect(quality.minWords).toBeLessThan(quality.maxWords);
      expect(quality.minWords * 3).toBeLessThan(maxOutputTokens);
    }
  });
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
