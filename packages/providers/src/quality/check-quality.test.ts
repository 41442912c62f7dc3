import { contentTypeNames } from '@octavo/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTypes } from '../content-types/index.ts';
import { checkQuality } from './check-quality.ts';
import { rules } from './rules.ts';
import { toWords } from './words.ts';

const prompt = 'Write about the history of tea in Europe and Asia';
const sentences = Array.from(
  { length: 60 },
  (_, n) => `Sentence number ${n} tells of tea, its ${n * 7} leaves and the people of place ${n * 13}.`,
);
const good = sentences.join(' ');

function judge(
  text: string,
  more: { finishReason?: 'stop' | 'length' | 'content-filter'; type?: 'blog' | 'social' | 'story' | 'product' } = {},
) {
  const verdict = checkQuality(more.type ?? 'blog', { text, finishReason: more.finishReason ?? 'stop', prompt });
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
    [`Title: Tea and people\n\nRequest:\n${prompt}`, 'quality_echo'],
    [`${contentTypes.blog.system}`, 'quality_echo'],
    ['tea and more tea and '.repeat(200), 'quality_repetitive'],
    [sentences.slice(0, 3).join(' ').repeat(30), 'quality_repetitive'],
    [`${good} ${'and so it goes on and on, '.repeat(12)} The end.`, 'quality_repetitive'],
    [`${good} ${good}`, 'quality_repetitive'],
    ['喝茶真好。'.repeat(40), 'quality_repetitive'],
    [Array.from({ length: 9000 }, (_, n) => `word${n}`).join(' '), 'quality_too_long'],
  ])('rejects %.60j', (text, code) => {
    expect(judge(text.slice(0, 100_000))).toBe(code);
  });

  it('rejects what the provider cut off or filtered, however good it looks', () => {
    expect(judge(good, { finishReason: 'length' })).toBe('quality_cut_off');
    expect(judge(good, { finishReason: 'content-filter' })).toBe('quality_refused');
  });

  it.each<[string, string, 'blog' | 'social' | 'story']>([
    ['prose', good, 'blog'],
    ['an apology that goes on', `I'm sorry, I was late, she said. ${good}`, 'story'],
    [
      'a poem with a refrain',
      Array.from({ length: 8 }, (_, n) => `${sentences[n]}\nAnd the kettle sings its song.\n`).join('\n'),
      'story',
    ],
    ['a list', sentences.map((sentence) => `- ${sentence}`).join('\n'), 'blog'],
    ['code among words', `${good}\n\n\`\`\`js\nfor (let i = 0; i < 10; i += 1) console.log(i);\n\`\`\``, 'blog'],
    [
      'Chinese without spaces',
      Array.from({ length: 200 }, (_, n) => String.fromCodePoint(0x4e00 + n * 17)).join(''),
      'blog',
    ],
    [
      'Spanish',
      sentences.map((_, n) => `La frase número ${n} cuenta la historia del té en el año ${n * 11}.`).join(' '),
      'blog',
    ],
    ['a short post', 'Tea time! What is in your cup this morning? #tea', 'social'],
  ])('accepts %s', (_name, text, type) => {
    expect(judge(text, { type })).toBe('ok');
  });

  it('never fails on any text, and says the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom(...contentTypeNames), (text, type) => {
        const take = { text, finishReason: 'stop', prompt: text } as const;
        expect(checkQuality(type, take)).toEqual(checkQuality(type, take));
      }),
    );
  });

  it('accepts any text that says everything once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-zà-ü]{4,12}$/), { minLength: 80, maxLength: 300 }), (words) => {
        expect(judge(words.join(' '))).toBe('ok');
      }),
    );
  });

  it('rejects any good text that gets stuck, wherever and on whatever', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 9, max: 40 }),
        (at, passage, times) => {
          const stuck = Array.from({ length: Math.max(times, Math.ceil(80 / passage.length)) }, () =>
            passage.join(' '),
          );
          expect(judge([...sentences.slice(0, at), ...stuck, ...sentences.slice(at)].join(' '))).toBe(
            'quality_repetitive',
          );
        },
      ),
    );
  });

  it('rejects any prompt that comes back unchanged', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 5, maxLength: 40 }), (words) => {
        const request = words.join(' ');
        expect(checkQuality('social', { text: request, finishReason: 'stop', prompt: request })).toMatchObject({
          code: 'quality_echo',
        });
      }),
    );
  });

  it('gives its reasons to a person', () => {
    const codes = new Set(rules.map(({ code }) => code));
    expect(codes.size).toBe(rules.length);
    for (const { reason } of rules) expect(reason).toMatch(/^[A-Z].{10,}\.$/);
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
