import { expect, it } from 'vitest';
import { writeSample } from './write-sample.ts';

const picture = { width: 640, height: 480 };
const describe = (prompt: string, more: Partial<typeof picture> & { words?: number } = {}) => {
  const { words, ...changes } = more;
  return writeSample({ model: 'm', system: '', prompt, seed: 1, words, pictures: [{ ...picture, ...changes }] });
};

it('says that it is a sample, and what the size of the image is', () => {
  expect(describe('What is this?')).toMatch(
    /^Sample description: no AI model has looked at this image\. It is 640 pixels wide and 480 pixels high, in landscape format\. (?!.*JPEG)/,
  );
  expect(describe('', { width: 10, height: 10 })).toContain('10 pixels high, square.');
  expect(describe('', { width: 10 })).toContain('portrait');
  expect(describe('Describe la imagen que te mando')).toMatch(
    /^Descripción de muestra: ningún modelo de IA .* 640 píxeles de ancho y 480 píxeles de alto/,
  );
  expect(describe('Language: Spanish')).toContain('Descripción de muestra');
});

it('is as long as it is asked to be', () => {
  const paragraphs = (text: string) => text.split('\n\n').length;
  const [short, medium, long] = ['one sentence', 'three to five sentences', 'several paragraphs'].map((length) =>
    describe(`Title: Tea\n\nLength: ${length}\n`),
  );
  expect(medium!.length).toBeGreaterThan(short!.length);
  expect(long!.length).toBeGreaterThan(medium!.length);
  expect([short, medium, long].map((text) => paragraphs(text!))).toEqual([1, 1, 4]);
  expect(describe('Tea', { words: 300 }).match(/\S+/g)).toHaveLength(300);
});
