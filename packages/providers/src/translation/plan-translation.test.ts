import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerReader, packChunks, writeChunk } from './chunks.ts';
import { planTranslation, type TranslationPlan } from './plan-translation.ts';
import { plainMarks, rareMarks } from './protect.ts';
import { splitMarkdown } from './split-markdown.ts';

const document = `---
title: Green tea
---

# Green tea

Tea is **good** for [you](https://example.org/a_(b) "Why"), says \`tea --hot\` at 80 °C.
Write to tea@example.org or see https://example.org/x?y=1.

- [ ] Boil {{litres}} l of water
- Add \${grams} g, about %d spoons
  1. Wait {minutes}

> A quote that is long enough to have been wrapped by some program which
> goes on in the next line.

| Name | Taste \\| smell |
|------|:---:|
| Sencha | grassy |

\`\`\`sh
echo "not translated"
\`\`\`

    also code

Setext
======

<b>Bold</b> &amp; done.  
Next line[^1]

[^1]: A note
[tea]: https://example.org
![A cup](cup.png)
`;

/** Anything at all, and much that looks like Markdown. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...'# |## |- |* |> |1. |\n|\r\n|\r|\n\n|```|~~~|    |\t|---|**|*|_|__|~~|`|``|[|](|](x)|![|][|]: |[^1]|<b>|</b>|<br/>|<pre>|</pre>|<!--|-->|$$|&amp;|{{|}}|{name}|%s|${x}|⟦|⟧|⟦1⟧|⟦#1⟧|[1]|\\|5 km|https://a.b/c|a@b.cd| |  \n|. |tea |wörter|茶は|'
            .split('|')
            .concat('|', '|---|---|\n'),
        ),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
  fc.constant(document),
);
const anyMarks = fc.constantFrom(rareMarks, plainMarks);
const sourceOf = (plan: TranslationPlan) =>
  plan.map((each) => (typeof each === 'string' ? each : each.source)).join('');
const segmentsOf = (plan: TranslationPlan) => plan.filter((each) => typeof each !== 'string');
const upper = (text: string) => text.replaceAll(/\p{Ll}/gu, (letter) => letter.toUpperCase());

function translated(text: string, translate: (shown: string) => string): string {
  return planTranslation(text, { maxChars: 1000, marks: rareMarks })
    .map((each) => (typeof each === 'string' ? each : (each.restore(translate(each.text)) ?? '<LOST>')))
    .join('');
}

describe('a mark', () => {
  it.each([rareMarks, plainMarks])('is never cut: $lookalike', (marks) => {
    const text = "!# # ](x)# # _!'_";
    expect(sourceOf(planTranslation(text, { maxChars: 20, marks }))).toBe(text);
    for (const before of ['!', ']', 'a](x)']) {
      const [segment] = segmentsOf(planTranslation(`${before}[1][⟦1⟧]A`, { maxChars: 500, marks }));
      expect(segment?.restore(segment.text)).toBe(`${before}[1][⟦1⟧]A`);
    }
  });

  it.each([rareMarks, plainMarks])('is never taken for another at the end of what is no link: $lookalike', (marks) => {
    for (const text of ['][1]https://a.b/c Tea', '](⟦1⟧) {name} Tea']) {
      expect(sourceOf(planTranslation(text, { maxChars: 500, marks }))).toBe(text);
    }
  });
});

describe('any text', () => {
  it('is its pieces joined', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(
          splitMarkdown(text)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('is its plan joined, and no segment is longer than allowed', () => {
    fc.assert(
      fc.property(anyText, anyMarks, fc.integer({ min: 20, max: 200 }), (text, marks, maxChars) => {
        const plan = planTranslation(text, { maxChars, marks });
        expect(sourceOf(plan)).toBe(text);
        for (const segment of segmentsOf(plan)) expect(segment.text.length).toBeLessThanOrEqual(maxChars);
      }),
      { numRuns: 2000 },
    );
  });

  it('comes back unchanged from a model that changes nothing, but for lines that were wrapped', () => {
    fc.assert(
      fc.property(anyText, anyMarks, (text, marks) => {
        for (const segment of segmentsOf(planTranslation(text, { maxChars: 500, marks }))) {
          const oneLine = segment.source.replaceAll(/\s*[\r\n\u2028\u2029][\s>]*/g, ' ');
          expect(segment.restore(segment.text)?.replaceAll('\\|', '|')).toBe(oneLine.replaceAll('\\|', '|'));
          expect(
            segment
              .fragments()
              .map((part) => (typeof part === 'string' ? part : part.restore(part.text)))
              .join(''),
          ).toBe(oneLine);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is packed into chunks that hold every segment in its order, within the limit', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 40, max: 300 }), (text, maxChars) => {
        const segments = segmentsOf(planTranslation(text, { maxChars: maxChars - 8, marks: rareMarks }));
        const chunks = packChunks(segments, maxChars);
        expect(chunks.flat()).toEqual(segments);
        for (const chunk of chunks) {
          expect(writeChunk(chunk).length).toBeLessThanOrEqual(maxChars);
          const reader = createAnswerReader(chunk.length);
          for (const letter of writeChunk(chunk)) reader.push(letter);
          reader.end();
          expect(chunk.map((_, index) => reader.answers.get(index)?.trim())).toEqual(
            chunk.map((each) => each.text.trim()),
          );
        }
      }),
    );
  });

  it.each([
    ['*'],
    ['['],
    ['`'],
    ['`a'],
    ['](a'],
    ['a.'],
    ['a@'],
    ['<a '],
    ['1,'],
    ['$$\n'],
    ['|\n'],
    ['> '],
    ['- '],
    ['{'],
    ['a\n'],
    ['⟦'],
    ['http://'],
  ])(
    'of 200,000 characters takes no more than a moment: %j',
    (part) => {
      const text = part.repeat(200_000 / part.length);
      expect(sourceOf(planTranslation(text, { maxChars: 3000, marks: rareMarks }))).toBe(text);
    },
    10_000,
  );
});

describe('a document', () => {
  it('keeps its structure, and everything that is no language', () => {
    expect(translated(document, upper)).toBe(`---
title: Green tea
---

# GREEN TEA

TEA IS **GOOD** FOR [YOU](https://example.org/a_(b) "Why"), SAYS \`tea --hot\` AT 80 °C.
WRITE TO tea@example.org OR SEE https://example.org/x?y=1.

- [ ] BOIL {{litres}} L OF WATER
- ADD \${grams} G, ABOUT %d SPOONS
  1. WAIT {minutes}

> A QUOTE THAT IS LONG ENOUGH TO HAVE BEEN WRAPPED BY SOME PROGRAM WHICH GOES ON IN THE NEXT LINE.

| NAME | TASTE \\| SMELL |
|------|:---:|
| SENCHA | GRASSY |

\`\`\`sh
echo "not translated"
\`\`\`

    also code

SETEXT
======

<b>BOLD</b> &amp; DONE.  
NEXT LINE[^1]

[^1]: A NOTE
[tea]: https://example.org
![A CUP](cup.png)
`);
  });

  it.each([
    ['Hello {{name}}, you owe ${amount} until %s.', ['{{name}}', '${amount}', '%s']],
    ['It is 5 km or 3.5 GHz or 20 % or € 5.', ['5 km', '3.5 GHz', '20 %', '€ 5']],
    ['Ask <b>her</b> at a.b@c.org, `x > y`.', ['<b>', '</b>', 'a.b@c.org', '`x > y`']],
    ['A ⟦1⟧ in the text', ['⟦', '⟧']],
  ])('shows a model nothing of what must survive: %s', (text, secrets) => {
    const [segment] = segmentsOf(planTranslation(text, { maxChars: 1000, marks: rareMarks }));
    for (const secret of secrets) expect(segment?.text.replaceAll(rareMarks.find, '')).not.toContain(secret);
    expect(segment?.restore(`Ja ${segment.text}`)).toBe(`Ja ${text}`);
  });

  it('keeps list code and quoted code', () => {
    const text = '- item\n\n      code in it\n\n> ```\n> code\n> ```\n> words\n';
    expect(translated(text, upper)).toBe('- ITEM\n\n      code in it\n\n> ```\n> code\n> ```\n> WORDS\n');
  });
});

describe('an answer', () => {
  const [segment] = segmentsOf(planTranslation('Take **two** cups to {{place}}', { maxChars: 100, marks: rareMarks }));

  it('may move what must survive, and put spaces where they do not belong', () => {
    expect(segment?.text).toBe('Take ⟦1⟧two⟦2⟧ cups to ⟦3⟧');
    expect(segment?.restore('Nach ⟦ 3 ⟧ nimm⟦1⟧ zwei ⟦2⟧Tassen\n')).toBe('Nach {{place}} nimm **zwei** Tassen');
  });

  it.each([
    ['loses a mark', 'Nimm zwei Tassen nach ⟦3⟧'],
    ['doubles one', 'Nimm ⟦1⟧zwei⟦2⟧ Tassen nach ⟦3⟧ ⟦3⟧'],
    ['makes one up', 'Nimm ⟦1⟧zwei⟦2⟧ Tassen nach ⟦4⟧'],
    ['closes before it opens', 'Nimm ⟦2⟧zwei⟦1⟧ Tassen nach ⟦3⟧'],
    ['has no words', '⟦1⟧⟦2⟧ ⟦3⟧'],
  ])('that %s is none', (_what, answer) => {
    expect(segment?.restore(answer)).toBeUndefined();
  });

  it.each([
    ['# Nimm', '\\# Nimm'],
    ['- Nimm', '\\- Nimm'],
    ['1. Nimm', '1\\. Nimm'],
    ['> Nimm', '\\> Nimm'],
    ['Nimm\n\n# zwei', 'Nimm # zwei'],
  ])('cannot become another block: %j', (answer, expected) => {
    const [line] = segmentsOf(planTranslation('Take two', { maxChars: 100, marks: rareMarks }));
    expect(line?.restore(answer)).toBe(expected);
  });

  it('cannot break a table', () => {
    const cells = segmentsOf(planTranslation('| a | b |\n|---|---|\n', { maxChars: 100, marks: rareMarks }));
    expect(cells.map((cell) => cell.restore('x | y'))).toEqual(['x \\| y', 'x \\| y']);
  });
});

describe('an answer to a chunk', () => {
  const read = (count: number, answer: string) => {
    const reader = createAnswerReader(count);
    reader.push(answer);
    reader.end();
    return Object.fromEntries(Array.from(reader.answers, ([index, text]) => [index, text.trim()]));
  };

  it.each([
    [2, 'Sure!\n⟦#1⟧ eins\n⟦#2⟧ zwei', { 0: 'eins', 1: 'zwei' }],
    [2, '⟦ # 2 ⟧ zwei\n\n⟦#1⟧\neins', { 0: 'eins', 1: 'zwei' }],
    [2, '⟦#1⟧ eins ⟦#1⟧ noch eins ⟦#3⟧ drei', { 0: 'eins' }],
    [2, 'eins\nzwei', {}],
    [1, 'eins', { 0: 'eins' }],
  ])('of %i lines: %j', (count, answer, expected) => {
    expect(read(count, answer)).toEqual(expected);
  });
});
