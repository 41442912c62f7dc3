import { type ContentType, contentTypeNames, type StoryInput } from '@octavo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypes } from '../content-types/index.ts';
import { checkQuality } from './check-quality.ts';
import { rules } from './rules.ts';
import { requestFor } from './testing/request-for.ts';
import { toWords } from './words.ts';

const prompt = 'Write about the history of tea in Europe and Asia';
const sentences = Array.from(
  { length: 60 },
  (_, n) => `Sentence number ${n} tells of tea, its ${n * 7} leaves and the people of place ${n * 13}.`,
);
const good = sentences.join(' ');

interface More {
  finishReason?: 'stop' | 'length' | 'content-filter';
  type?: ContentType;
  prompt?: string;
  input?: StoryInput;
}

async function judge(text: string, { finishReason = 'stop', type = 'blog', prompt: asked = prompt, input }: More = {}) {
  const verdict = await checkQuality(requestFor(type, asked, input && { input }), { text, finishReason });
  return verdict.ok ? 'ok' : verdict.code;
}

describe('the quality gate', () => {
  it.each([
    ['', 'quality_empty'],
    [' \n\t**  **\n', 'quality_empty'],
    ['Tea is nice.', 'quality_too_short'],
    ["I'm sorry, but I can't help with that.", 'quality_refused'],
    [
      'I’m sorry, I can’t assist with that request. Is there anything else you would like to write about?',
      'quality_refused',
    ],
    [
      "**I'm sorry, but I can't create content like that.** I can offer:\n\n- a safer topic\n- general information",
      'quality_refused',
    ],
    ['I cannot assist with this request.', 'quality_refused'],
    ["I'm unable to help with that.", 'quality_refused'],
    ['As an AI language model, I cannot write about this.', 'quality_refused'],
    ['Lo siento, pero no puedo ayudar con eso.', 'quality_refused'],
    ['Lo siento, no puedo ayudarte con esa solicitud.', 'quality_refused'],
    ['Como modelo de lenguaje, no puedo escribir ese texto.', 'quality_refused'],
    [prompt, 'quality_echo'],
    [`"${prompt}"`, 'quality_echo'],
    [`Title: Tea\n\nRequest:\n> ${prompt}`, 'quality_echo'],
    [`${contentTypes.blog.system}`, 'quality_echo'],
    ['tea and more tea and '.repeat(200), 'quality_repetitive'],
    [sentences.slice(0, 3).join(' ').repeat(30), 'quality_repetitive'],
    [`${good} ${'and so it goes on and on, '.repeat(12)} The end.`, 'quality_repetitive'],
    [`${good} ${good}`, 'quality_repetitive'],
    ['喝茶真好。'.repeat(40), 'quality_repetitive'],
    [Array.from({ length: 9000 }, (_, n) => `word${n}`).join(' '), 'quality_too_long'],
  ])('rejects %.60j', async (text, code) => {
    expect(await judge(text.slice(0, 100_000))).toBe(code);
  });

  it('rejects what the provider cut off or filtered, however good it looks', async () => {
    expect(await judge(good, { finishReason: 'length' })).toBe('quality_cut_off');
    expect(await judge(good, { finishReason: 'content-filter' })).toBe('quality_refused');
  });

  it.each<[string, string, 'blog' | 'social' | 'story']>([
    ['prose', good, 'blog'],
    ['an apology that goes on', `# Late\n\nI'm sorry, I was late, she said. ${good}`, 'story'],
    [
      'a poem with a refrain',
      Array.from(
        { length: 8 },
        (_, n) => `${n === 0 ? '# The kettle\n\n' : ''}${sentences[n]}\nAnd the kettle sings its song.\n`,
      ).join('\n'),
      'story',
    ],
    ['a list', sentences.map((sentence) => `- ${sentence}`).join('\n'), 'blog'],
    ['code among words', `${good}\n\n\`\`\`js\nfor (let i = 0; i < 10; i += 1) console.log(i);\n\`\`\``, 'blog'],
    ['a short post', 'Tea time! What is in your cup this morning? #tea', 'social'],
  ])('accepts %s', async (_name, text, type) => {
    expect(await judge(text, { type })).toBe('ok');
  });

  it.each([
    ['Chinese without spaces', Array.from({ length: 200 }, (_, n) => String.fromCodePoint(0x4e00 + n * 17)).join('')],
    [
      'Spanish',
      sentences.map((_, n) => `La frase número ${n} cuenta la historia del té en el año ${n * 11}.`).join(' '),
    ],
  ])('accepts %s for a request that is too short to tell its language', async (_name, text) => {
    expect(await judge(text, { prompt: 'Té, 茶' })).toBe('ok');
  });

  it('never fails on any text, and says the same twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.constantFrom(...contentTypeNames),
        async (text, type) => {
          const take = { text, finishReason: 'stop' } as const;
          const request = requestFor(type, text);
          expect(await checkQuality(request, take)).toEqual(await checkQuality(request, take));
        },
      ),
    );
  });

  it('accepts any text that says everything once', async () => {
    const someWords = fc.uniqueArray(fc.stringMatching(/^[a-zà-ü]{4,12}$/), { minLength: 80, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(someWords, async (words) => {
        // Words that are made up are in no language, or in any.
        expect(await judge(words.join(' '), { prompt: 'Tea' })).toBe('ok');
      }),
    );
  });

  it('rejects any good text that gets stuck, wherever and on whatever', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(60),
        fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 9, max: 40 }),
        async (at, passage, times) => {
          const stuck = Array.from({ length: Math.max(times, Math.ceil(80 / passage.length)) }, () =>
            passage.join(' '),
          );
          expect(await judge([...sentences.slice(0, at), ...stuck, ...sentences.slice(at)].join(' '))).toBe(
            'quality_repetitive',
          );
        },
      ),
    );
  });

  it('rejects any prompt that comes back unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 5, maxLength: 40 }),
        async (words) => {
          expect(await judge(words.join(' '), { type: 'social', prompt: words.join(' ') })).toBe('quality_echo');
        },
      ),
    );
  });

  it('gives its reasons to a person', () => {
    const codes = new Set(rules.map(({ code }) => code));
    expect(codes.size).toBe(rules.length);
    for (const { reason } of rules) expect(reason).toMatch(/^[A-Z].{10,}\.$/);
  });
});

const story = (paragraphs: number) =>
  [
    '# The last leaf',
    ...Array.from({ length: paragraphs }, (_, n) => sentences.slice(n * 4, n * 4 + 4).join(' ')),
  ].join('\n\n');
const spanish =
  'El té llegó a Europa en los barcos de los mercaderes, y con él llegó la costumbre de parar un rato por la tarde. ';
const spanishText = `# El té\n\n${spanish}Desde entonces, en muchas casas la tetera se pone al fuego antes que ninguna otra cosa, y nadie pregunta por qué.\n\nAsí pasa el invierno en los pueblos de la costa, con las ventanas cerradas y el agua hirviendo.`;

describe.each<[ContentType, accepted: string, Array<[what: string, text: string, code: string, input?: StoryInput]>]>([
  [
    'blog',
    good,
    [
      ['three lines', sentences.slice(0, 4).join(' '), 'quality_too_short'],
      [
        'Spanish for an English request',
        `${spanishText} ${spanish.replace('El té', 'El café')} Lo mismo pasó con el cacao, que vino de más lejos y tardó más en quedarse en las cocinas de la gente corriente.`,
        'quality_language',
      ],
    ],
  ],
  ['product', sentences.slice(0, 4).join(' '), [['one line', sentences[0] ?? '', 'quality_too_short']]],
  [
    'social',
    sentences[0] ?? '',
    [
      ['three words', 'Tea is nice.', 'quality_too_short'],
      ['an essay', Array.from({ length: 700 }, (_, n) => `cup${n}`).join(' '), 'quality_too_long'],
    ],
  ],
  [
    'story',
    story(5),
    [
      ['no title', sentences.slice(0, 8).join(' '), 'quality_structure'],
      ['a title alone', `# ${sentences.slice(0, 4).join(' ')}`, 'quality_structure'],
      ['too few paragraphs', story(4), 'quality_structure', { paragraphs: 5 }],
      ['too many paragraphs', story(6), 'quality_structure', { paragraphs: 5 }],
      ['one sentence for a paragraph that is no sentence', '# Tea\n\nTea.', 'quality_too_short', { paragraphs: 1 }],
      ['English for Spanish', story(5), 'quality_language', { language: 'spa_Latn' }],
      ['Spanish for French', spanishText, 'quality_language', { language: 'fra_Latn' }],
    ],
  ],
  ['description', 'A cup of green tea on a wooden table.', [['a word', 'Tea.', 'quality_too_short']]],
  ['translation', 'The tea is ready.', []],
])('of a %s', (type, accepted, rejected) => {
  it('a good text passes', async () => expect(await judge(accepted, { type })).toBe('ok'));

  it.each(rejected)('%s does not', async (_what, text, code, input) => {
    expect(await judge(text, { type, ...(input && { input }) })).toBe(code);
  });

  it.each([
    ['an empty one', '', 'quality_empty', 'stop'],
    ['one that was cut off', accepted, 'quality_cut_off', 'length'],
    ['one that was filtered', accepted, 'quality_refused', 'content-filter'],
    ['a refusal', "I'm sorry, but I can't help with that.", 'quality_refused', 'stop'],
    ['one that got stuck', `${accepted} ${'and so it goes on and on, '.repeat(70)}`, 'quality_repetitive', 'stop'],
  ] as const)('%s does not', async (_what, text, code, finishReason) => {
    expect(await judge(text, { type, finishReason })).toBe(code);
  });
});

describe('the reason', () => {
  const reasonFor = async (input: StoryInput, text: string) => {
    const verdict = await checkQuality(requestFor('story', prompt, { input }), { text, finishReason: 'stop' });
    return verdict.ok ? undefined : verdict.reason;
  };

  it.each<[StoryInput, string, string | undefined]>([
    [
      { paragraphs: 7 },
      story(5),
      'This is not the story that was asked for: it was to have 7 paragraphs, and it has 5.',
    ],
    [
      { paragraphs: 1 },
      story(2),
      'This is not the story that was asked for: it was to have one paragraph, and it has 2.',
    ],
    [{}, good, 'This is not the story that was asked for: it has no title.'],
    [{ language: 'spa_Latn' }, story(4), 'The text was to be in Spanish, but the model wrote it in English.'],
    [{ language: 'zho_Hant' }, story(4), 'The text was to be in Chinese, but the model wrote it in English.'],
    // Nobody here can tell Quechua.
    [{ language: 'quy_Latn' }, story(4), undefined],
  ])('for %j says what was wanted and what came', async (input, text, reason) => {
    expect(await reasonFor(input, text)).toBe(reason);
  });

  it('is none for a translation of a text that itself refuses or repeats', async () => {
    const refusal = 'Lo siento, pero no puedo ayudar con eso.';
    const judgeTranslation = (text: string, output: string) =>
      checkQuality(
        { ...requestFor('translation', ''), contentType: 'translation', input: { text, target: 'eng_Latn' } },
        { text: output, finishReason: 'stop' },
      );
    expect(await judgeTranslation(refusal, "I'm sorry, but I can't help with that.")).toEqual({ ok: true });
    expect(await judgeTranslation('ola tras ola '.repeat(200), 'wave after wave '.repeat(200))).toEqual({ ok: true });
    expect(await judgeTranslation('Octavo 4.2', 'Octavo 4.2')).toEqual({ ok: true });
  });

  it('is none for an image, which has no text', async () => {
    expect(await checkQuality(requestFor('image', prompt), { text: '', finishReason: 'stop' })).toEqual({ ok: true });
  });

  it('is never the language of a sample', async () => {
    const take = { text: story(4), finishReason: 'stop', isSample: true } as const;
    expect(await checkQuality(requestFor('story', prompt, { input: { language: 'deu_Latn' } }), take)).toEqual({
      ok: true,
    });
  });
});

describe('words', () => {
  it('counts characters where a script writes no spaces', () => {
    expect(toWords("Don't stop — 42 cups")).toEqual(["don't", 'stop', '42', 'cups']);
    expect(toWords('我喜欢茶')).toHaveLength(4);
    expect(toWords('我喜欢 green tea 和咖啡')).toEqual(['我', '喜', '欢', 'green', 'tea', '和', '咖', '啡']);
    expect(toWords('- one\n- two\n\n---\n**')).toEqual(['one', 'two']);
  });
});
