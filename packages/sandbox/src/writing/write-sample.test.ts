import { describe, expect, it } from 'vitest';
import { findTopic } from './find-topic.ts';
import { splitTokens } from './split-tokens.ts';
import { textKinds } from './text-kind.ts';
import { writeSample } from './write-sample.ts';

const prompts = [
  'Write about the very long and winding history of tea in northern Europe since 1700, for readers who never drank any',
  'Escribe sobre la historia de los faros de la costa y de quienes los cuidan',
  'Tea',
  '',
];
const sample = (kind: string, prompt: string, seed = 0, words?: number) =>
  writeSample({ model: `sample-${kind}`, system: '', prompt, seed, words });
const wordsOf = (text: string) => text.match(/\S+/g) ?? [];
const everySample = textKinds.flatMap((kind) =>
  prompts.flatMap((prompt) =>
    Array.from({ length: 25 }, (_, seed) => ({ kind, prompt, text: sample(kind, prompt, seed) })),
  ),
);

/** How often the most frequent run of six words stands in the text. */
function mostRepeats(text: string): number {
  const words = wordsOf(text.toLowerCase());
  const counts = new Map<string, number>();
  for (let at = 0; at + 6 <= words.length; at++) {
    const gram = words.slice(at, at + 6).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

describe('writeSample', () => {
  it('writes the same text for the same request and another one for another seed or prompt', () => {
    expect(sample('blog', 'Tea', 1)).toBe(sample('blog', 'Tea', 1));
    const texts = Array.from({ length: 20 }, (_, seed) => sample('blog', 'Tea', seed));
    expect(new Set(texts).size).toBe(20);
    expect(sample('blog', 'Tea', 1).replaceAll('Tea', 'X')).not.toBe(sample('blog', 'Salt', 1).replaceAll('Salt', 'X'));
  });

  it('says first and last that it is a sample and that no AI model wrote it', () => {
    for (const { text, prompt } of everySample) {
      const lines = text.split('\n');
      if (prompt.startsWith('Escribe')) {
        expect(lines[0]).toContain('Texto de muestra');
        expect(lines[0]).toContain('Ningún modelo de IA');
        expect(lines.at(-1)).toContain('no de un modelo de IA');
      } else {
        expect(lines[0]).toContain('Sample text');
        expect(lines[0]).toContain('No AI model');
        expect(lines.at(-1)).toContain('not an AI model');
      }
    }
  });

  it('is as long as its kind deserves, leaves no slot open and does not go in circles', () => {
    const least = { blog: 250, story: 250, product: 90, social: 40 };
    for (const { kind, text } of everySample) {
      expect(wordsOf(text).length).toBeGreaterThanOrEqual(least[kind]);
      expect(text).not.toMatch(/[{}]|undefined/);
      expect(mostRepeats(text)).toBeLessThanOrEqual(2);
    }
  });

  it.each([1, 7, 30, 60, 250, 1000, 5000])('writes exactly %i words when asked, without going in circles', (words) => {
    for (const kind of textKinds) {
      for (const prompt of prompts) {
        const text = sample(kind, prompt, 3, words);
        expect(wordsOf(text)).toHaveLength(words);
        if (words > 6) expect(mostRepeats(text)).toBeLessThanOrEqual(3);
        expect(text).toMatch(/^>( Sample| Texto|$)/);
      }
    }
  });

  it('takes the kind from the model, else from the instructions, else from the prompt', () => {
    const kindOf = (call: { model?: string; system?: string; prompt?: string }) => {
      const text = writeSample({ model: 'm', system: '', prompt: 'Tea', seed: 1, words: undefined, ...call });
      if (text.includes('#SampleText')) return 'social';
      if (text.includes('At a glance')) return 'product';
      return text.includes('A short list to take away') ? 'blog' : 'story';
    };
    expect(kindOf({})).toBe('blog');
    expect(kindOf({ model: 'sample-story', system: 'Write a blog post' })).toBe('story');
    expect(kindOf({ system: 'You are an e-commerce copywriter. Write a product description; not a story.' })).toBe(
      'product',
    );
    expect(kindOf({ system: 'You are a social media editor. Write one post for a blog reader.' })).toBe('social');
    expect(kindOf({ system: 'You are a storyteller.', prompt: 'A blog' })).toBe('story');
    expect(kindOf({ prompt: 'Tell me a story about rain' })).toBe('story');
  });
});

describe('findTopic', () => {
  it.each([
    ['Write a blog post about the tides of the Wadden Sea. Keep it short.', 'the tides of the Wadden Sea'],
    ['Title: Green tea\n\nRequest:\nWrite about something else', 'Green tea'],
    ['Escribe un artículo sobre los faros', 'los faros'],
    ['Coffee', 'Coffee'],
    ['# *Bold* `code` [link](https://a.example/x) <b>tag</b> | ~x~ www.b.example', 'Bold code link b tag b x'],
    ['日本のお茶について', '日本のお茶について'],
  ])('finds the subject of %j', (prompt, topic) => expect(findTopic(prompt)).toBe(topic));

  it('has nothing to say of nothing, and keeps an excerpt of something long', () => {
    expect(findTopic('')).toBeUndefined();
    expect(findTopic(' \n*** ---')).toBeUndefined();
    const topic = findTopic('word '.repeat(100_000))!;
    expect(topic.length).toBeLessThanOrEqual(61);
    expect(topic).toMatch(/…$/);
    expect(findTopic('𠮷'.repeat(500))?.isWellFormed()).toBe(true);
  });
});

describe('splitTokens', () => {
  it.each(['', ' ', 'a', ' a b\n\nc \n', 'x'.repeat(200), '😀'.repeat(100)])('loses nothing of %j', (text) => {
    const tokens = splitTokens(text);
    expect(tokens.join('')).toBe(text);
    expect(tokens.every((token) => token.isWellFormed())).toBe(true);
  });
});
