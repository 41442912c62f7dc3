import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundTranslation } from './bound-translation.ts';
import { packChunks, writeChunk } from './chunks.ts';
import { planTranslation } from './plan-translation.ts';
import { rareMarks } from './protect.ts';

/** What is really asked for. */
function chunksOf(text: string, sizes: { maxSegment: number; maxChunk: number }): string[] {
  const plan = planTranslation(text, { maxChars: sizes.maxSegment, marks: rareMarks });
  return packChunks(
    plan.filter((each) => typeof each !== 'string'),
    sizes.maxChunk,
  ).map(writeChunk);
}

const real = { maxSegment: 2900, maxChunk: 3000 };
const signs =
  '# |- |> |\n|\r\n|\r|\n\n|```|    |**|*|_|~~|`a`|[|](x)|![|[^1]|<b>|</b>|&amp;|{{a}}|%s|⟦|⟦1⟧|\\*|5 km|€1|a@b.cd|@ab|www.a|mailto:a| |. |tea |茶は|é'
    .split('|')
    .concat('|', '|a|b|\n|---|---|\n', '|a|b|c|d|e|\n', '\u2028');
const sentence = fc.integer({ min: 10, max: 300 }).map((length) => `${'tea '.repeat(length / 4).trim()}.`);
/** Of pieces that come again and again, so that there are long ones. */
const anyText = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...signs), sentence, fc.string({ maxLength: 4 })),
      fc.integer({ min: 1, max: 40 }),
    ),
    {
      maxLength: 30,
    },
  )
  .map((pieces) => pieces.map(([piece, times]) => piece.repeat(times)).join(''));

describe('the bound of a translation', () => {
  it('is never below what is asked for', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(real, { maxSegment: 60, maxChunk: 80 }), (text, sizes) => {
        const chunks = chunksOf(text, sizes);
        const bound = boundTranslation(text, sizes);
        expect(chunks.length).toBeLessThanOrEqual(bound.chunks);
        expect(Buffer.byteLength(chunks.join(''))).toBeLessThanOrEqual(bound.bytes);
      }),
      { numRuns: 1500 },
    );
  });

  // Where what is counted makes up most of a text, again and again.
  const wrapped = 'tea and more of it in a line that some program wrapped\n';
  it.each([
    ['marks', '*a* **b** %s `c` 5 km *d*\n\n', 400],
    ['escapes', '\\* tea \\_ \\# \\!\n\n', 400],
    ['cells', '|a|b|c|d|e|f|\n|---|---|---|---|---|---|\n|a|b|c|d|e|f|\n\n', 200],
    ['short lines', 'a\n', 2000],
    ['wrapped paragraphs', `${wrapped.repeat(28)}\n`, 30],
    ['quoted wrapped paragraphs', `${`> ${wrapped}`.repeat(28)}\n`, 30],
    ['long lines', `${'tea '.repeat(400)}\n`, 30],
    ['long lines with marks', `${'*tea* '.repeat(300)}\n`, 30],
    ['lines too long', `${'tea '.repeat(1000)}\n`, 30],
    ['words too long', `${'a'.repeat(7000)} `, 30],
  ])('is never below what is asked for, where there is nothing but %s', (_what, part, times) => {
    for (const count of [1, 2, 3, 5, 9, times]) {
      const text = part.repeat(count);
      const chunks = chunksOf(text, real);
      const bound = boundTranslation(text, real);
      expect(chunks.length).toBeLessThanOrEqual(bound.chunks);
      expect(Buffer.byteLength(chunks.join(''))).toBeLessThanOrEqual(bound.bytes);
    }
  });

  it('is near for texts that people write', () => {
    const paragraphs = fc.array(fc.array(sentence, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(paragraphs, (all) => {
        const text = `# Tea\n\n${all.map((one) => one.join(' ')).join('\n\n')}`;
        const chunks = chunksOf(text, real);
        const bound = boundTranslation(text, real);
        const longest = Math.max(...all.map((one) => one.join(' ').length));
        // As much is left over in a chunk as the longest paragraph has, at most.
        expect(bound.chunks).toBeLessThanOrEqual(Math.ceil((chunks.length * 3000) / (2980 - longest)) + 1);
        expect(bound.bytes).toBeLessThanOrEqual(1.3 * Buffer.byteLength(chunks.join('')) + 100);
      }),
    );
  });

  it.each([
    ['nothing', '', 1],
    ['a word', 'Tea', 1],
    ['a page', `${'Tea is a drink. '.repeat(30)}\n\n`.repeat(5), 1],
    ['ten pages', `${'Tea is a drink. '.repeat(30)}\n\n`.repeat(50), 10],
  ])('of %s', (_what, text, chunks) => {
    expect(boundTranslation(text, real).chunks).toBe(chunks);
  });
});
