import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStory } from './parse-story.ts';

const fox = {
  title: 'The Fox and the Well',
  paragraphs: ['A fox was thirsty.', 'It found a well.', 'It drank, and left.'],
};
const [one, two, three] = fox.paragraphs;

/** A story as a tidy model writes it. */
function written({ title, paragraphs }: { title: string; paragraphs: string[] }): string {
  return [`# ${title}`, ...paragraphs].join('\n\n');
}

function read(text: string, wanted?: number) {
  const reading = parseStory(text, wanted);
  return reading.ok ? reading.story : reading.reason;
}

describe('the habits of models', () => {
  it.each([
    ['a heading', `# ${fox.title}\n\n${one}\n\n${two}\n\n${three}`],
    ['a heading of another level, closed', `## ${fox.title} ##\n\n${one}\n\n${two}\n\n${three}`],
    ['a bold heading', `# **${fox.title}**\n\n${one}\n\n${two}\n\n${three}`],
    ['a bold title', `**${fox.title}**\n\n${one}\n\n${two}\n\n${three}`],
    ['a title in italics', `*${fox.title}*\n\n${one}\n\n${two}\n\n${three}`],
    ['a plain title', `${fox.title}\n\n${one}\n\n${two}\n\n${three}`],
    ['an underlined title', `${fox.title}\n=====\n\n${one}\n\n${two}\n\n${three}`],
    ['a title over a line', `# ${fox.title}\n---\n${one}\n\n${two}\n\n${three}`],
    ['"Title:"', `Title: ${fox.title}\n\n${one}\n\n${two}\n\n${three}`],
    ['"**Título:**"', `**Título:** ${fox.title}\n\n${one}\n\n${two}\n\n${three}`],
    ['"# Title:"', `# Title: ${fox.title}\n\n${one}\n\n${two}\n\n${three}`],
    ['no empty line under the title', `# ${fox.title}\n${one}\n\n${two}\n\n${three}`],
    ['no empty lines at all', `# ${fox.title}\n${one}\n${two}\n${three}`],
    ['Windows line ends', `# ${fox.title}\r\n\r\n${one}\r\n\r\n${two}\r\n\r\n${three}\r\n`],
    ['old line ends', `# ${fox.title}\r\r${one}\r\r${two}\r\r${three}`],
    ['spaces on empty lines', `  # ${fox.title}\n  \n${one}  \n\t\n\n\n${two}\n \n   ${three}`],
    ['a byte order mark', `\uFEFF# ${fox.title}\n\n${one}\n\n${two}\n\n${three}`],
    ['a code fence', `\`\`\`markdown\n# ${fox.title}\n\n${one}\n\n${two}\n\n${three}\n\`\`\``],
    ['a code fence left open', `\`\`\`\n# ${fox.title}\n\n${one}\n\n${two}\n\n${three}`],
    ['separators', `***\n\n# ${fox.title}\n\n${one}\n\n* * *\n\n${two}\n\n---\n\n${three}\n\n⁂`],
    ['JSON', JSON.stringify(fox)],
    ['JSON in a code fence', `\`\`\`json\n${JSON.stringify(fox, null, 2)}\n\`\`\``],
  ])('%s', (_what, text) => {
    expect(read(text)).toEqual({ ...fox, notes: [] });
    expect(read(text, 3)).toEqual({ ...fox, notes: [] });
  });

  it.each([
    ['a preamble', `Here is your story:\n\n${written(fox)}`, ['Here is your story:']],
    [
      'a preamble before a code fence',
      `Sure! Here you are.\n\n\`\`\`\n${written(fox)}\n\`\`\`\n\nEnjoy!`,
      ['Sure! Here you are.', 'Enjoy!'],
    ],
    ['"The End"', `${written(fox)}\n\n**The End.**`, ['**The End.**']],
    ['"Fin" and a question', `${written(fox)}\n\nFin\n\n¿Quieres que siga?`, ['Fin', '¿Quieres que siga?']],
    [
      'the notices of a sample',
      `> Sample text.\n\n${written(fox)}\n\n*End of the sample.*`,
      ['> Sample text.', '*End of the sample.*'],
    ],
    ['more fields in JSON', JSON.stringify({ ...fox, moral: 'Drink.', words: [7] }), ['moral: Drink.', 'words: [7]']],
  ])('%s stands beside the story', (_what, text, notes) => {
    expect(read(text)).toEqual({ ...fox, notes });
    expect(read(text, 3)).toEqual({ ...fox, notes });
  });

  it('the heading of a chapter stands over its paragraph', () => {
    const chapters = `# ${fox.title}\n\n## Chapter 1\n\n${one}\n\n**Capítulo 2**\n\n${two}\n\nEpilogue\n\n${three}`;
    expect(read(chapters, 3)).toEqual({
      title: fox.title,
      paragraphs: [`## Chapter 1\n${one}`, `**Capítulo 2**\n${two}`, `Epilogue\n${three}`],
      notes: [],
    });
  });
});

describe('lines of speech', () => {
  const talk = `# Two\n\nShe came in and shook off the rain.\n\n“You are late,” he said.\n\n“I know.”\n\nThey laughed, and that was that.`;

  it('belong to the paragraph before them, where that gives the wanted number', () => {
    expect(read(talk, 2)).toMatchObject({
      paragraphs: [
        'She came in and shook off the rain.\n“You are late,” he said.\n“I know.”',
        'They laughed, and that was that.',
      ],
    });
    expect(read(talk, 3)).toMatchObject({
      paragraphs: [
        'She came in and shook off the rain.',
        '“You are late,” he said.\n“I know.”',
        'They laughed, and that was that.',
      ],
    });
  });

  it('are paragraphs where that gives the wanted number, or none is wanted', () => {
    for (const wanted of [4, undefined]) {
      expect(read(talk, wanted)).toMatchObject({ paragraphs: { length: 4 } });
    }
  });

  it('are never cut from a paragraph that has the right number already', () => {
    const dashes = '# Dos\n\nElla entró.\n—Llegas tarde.\n—Lo sé.\n\nSe rieron.';
    for (const wanted of [2, undefined]) {
      expect(read(dashes, wanted)).toMatchObject({
        paragraphs: ['Ella entró.\n—Llegas tarde.\n—Lo sé.', 'Se rieron.'],
      });
    }
    expect(read('# Dos\n\nElla entró.\n—Llegas tarde.\n—Lo sé.', 1)).toMatchObject({ paragraphs: { length: 1 } });
  });

  it('cannot make up for what is missing, or hide that there is too much', () => {
    for (const wanted of [1, 5, 50]) expect(read(talk, wanted)).toMatchObject({ paragraphs: { length: 4 } });
    expect(read('# T\n\nOne.\n\nTwo.\n\nThree.\n\nThe End', 4)).toMatchObject({ paragraphs: { length: 3 } });
  });
});

it('a line without a word is no paragraph, however many are wanted', () => {
  for (const wanted of [2, 3, undefined]) {
    expect(read('# T\n\nA fox came.\n…\nIt left.', wanted)).toMatchObject({ paragraphs: ['A fox came.\n…\nIt left.'] });
  }
});

it('a verse keeps its lines', () => {
  const verse = '# Sea\n\nRoll on, you old grey sea,\nbring back my love to me.';
  expect(read(verse)).toMatchObject({ paragraphs: ['Roll on, you old grey sea,\nbring back my love to me.'] });
});

it.each([
  ['', 'it is empty'],
  [' \n***\n—\n', 'it is empty'],
  ['Once upon a time there was a fox. It drank.\n\nThen it left.', 'it has no title'],
  ['“Run!” she said.\n\nThey ran.', 'it has no title'],
  ['# The Fox', 'it has a title but no paragraphs'],
  ['The Fox', 'it has no title'],
  ['{"title": "The Fox", "paragraphs": []}', 'it has a title but no paragraphs'],
  ['{"title": "", "paragraphs": ["A fox."]}', 'it has no title'],
  ['Here is your story:', 'it has no title'],
])('%j is no story: %s', (text, reason) => expect(read(text)).toBe(reason));

describe('whatever comes', () => {
  const word = fc.oneof(
    fc.stringMatching(/^[\p{Ll}]{1,9}$/u),
    fc.constantFrom(
      'Mara',
      'niño',
      '茶',
      '3',
      'well-known',
      "don't",
      '*soft*',
      '**loud**',
      '`x`',
      '#1',
      '2 * 2',
      '{a}',
    ),
  );
  const sentence = fc
    .tuple(
      fc.constantFrom('A ', 'Él ', '“So ', '—Y ', '- I ', '> A ', '¿Y '),
      fc.array(word, { minLength: 2, maxLength: 9 }),
      fc.constantFrom('.', '!', '?', '…', '.”'),
    )
    .map(([start, words, end]) => `${start}${words.join(' ')}${end}`);
  const paragraph = fc.array(sentence, { minLength: 1, maxLength: 5 }).map((sentences) => sentences.join(' '));
  const title = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => `The ${words.join(' ')}`);
  const story = fc.record({ title, paragraphs: fc.array(paragraph, { minLength: 1, maxLength: 20 }) });
  const letters = (text: string) =>
    text
      .match(/[\p{L}\p{N}]/gu)
      ?.toSorted()
      .join('') ?? '';

  it('a story that was rendered is read as the same story', () => {
    fc.assert(
      fc.property(story, (made) => {
        expect(read(written(made), made.paragraphs.length)).toEqual({ ...made, notes: [] });
      }),
    );
  });

  it('with lines inside paragraphs as well', () => {
    const lines = fc.array(sentence, { minLength: 1, maxLength: 4 }).map((sentences) => sentences.join('\n'));
    fc.assert(
      fc.property(title, fc.array(lines, { minLength: 2, maxLength: 8 }), (name, paragraphs) => {
        const made = { title: name, paragraphs };
        expect(read(written(made), paragraphs.length)).toEqual({ ...made, notes: [] });
      }),
    );
  });

  it('no word is lost, but for the label of a title', () => {
    const habits = fc.constantFrom(
      '\n',
      '\n\n',
      '\r\n',
      '***',
      '# ',
      '**',
      '*',
      '```\n',
      'Title: ',
      'The End',
      '“',
      '—',
      '> ',
      '===',
      ':',
      '.',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(habits, sentence, word), { maxLength: 30 }),
        fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
        (parts, wanted) => {
          const reading = parseStory(parts.join(''), wanted);
          if (!reading.ok) return;
          const { title: name, paragraphs, notes } = reading.story;
          expect(name).not.toBe('');
          expect(paragraphs).not.toEqual([]);
          const text = parts.join('');
          expect([letters(text), letters(text.replace('Title: ', ''))]).toContain(
            letters([name, ...paragraphs, ...notes].join(' ')),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never throws, and a story that was read has a title and paragraphs', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 500 });
    fc.assert(
      fc.property(
        anything,
        fc.constantFrom('', '# T\n\n', '{"title":"T","paragraphs":["'),
        fc.nat(60),
        (text, before, wanted) => {
          const reading = parseStory(before + text, wanted);
          if (reading.ok)
            expect([reading.story.title, ...reading.story.paragraphs].every((part) => letters(part) !== '')).toBe(true);
          else expect(reading.reason).toMatch(/^it (is|has) /);
        },
      ),
    );
  });

  // A pattern that tries every way to fail would take minutes here.
  it.each(['a', '*', '# ', '\n', '```\n', '"', '{"title":', '**a', 'a\n\n', '_a_ ', '> ', 'Title: ', '—a\n\n'])(
    'reads 200,000 characters of %j',
    (part) => {
      for (const before of ['', '# T\n\n']) {
        expect(parseStory(before + part.repeat(200_000 / part.length), 7)).toHaveProperty('ok');
      }
    },
  );
});
