import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawSample } from './draw-sample.ts';
import { writeLetters } from './letters.ts';

const size = { width: 320, height: 240, format: 'png' as const };
const pixels = async (image: Buffer) => sharp(image).removeAlpha().raw().toBuffer();

describe('a drawn sample', () => {
  it('is the same for the same prompt and variation, and another one for others', async () => {
    const [first, again, varied, other] = await Promise.all([
      drawSample(size, 'Tea', 1),
      drawSample(size, 'Tea', 1),
      drawSample(size, 'Tea', 2),
      drawSample(size, 'Salt', 1),
    ]);
    expect(again.equals(first)).toBe(true);
    expect(varied.equals(first)).toBe(false);
    expect(other.equals(first)).toBe(false);
  });

  it.each([
    [1024, 576, 'png'],
    [720, 1280, 'jpeg'],
    [64, 64, 'png'],
  ] as const)('of %i × %i as %s is just that, without transparency to look through', async (width, height, format) => {
    const image = sharp(await drawSample({ width, height, format }, 'Tea', 1));
    expect(await image.metadata()).toMatchObject({ width, height, format });
    expect((await image.stats()).isOpaque).toBe(true);
  });

  it('says on a dark band across the middle that it is one, in white, without needing any font', async () => {
    for (const prompt of ['A lighthouse', 'Dibuja un faro en la costa']) {
      const data = await pixels(await drawSample({ width: 640, height: 480, format: 'png' }, prompt, 1));
      const brightness = (x: number, y: number) => data[(y * 640 + x) * 3]!;
      const row = (y: number) => Array.from({ length: 640 }, (_, x) => brightness(x, y));
      // The band is about 125 pixels high around the middle; letters stand on its rows, no row outside has both.
      const rows = Array.from({ length: 480 }, (_, y) => row(y));
      const hasLetters = rows.map((line) => line.some((value) => value > 245) && line.some((value) => value < 70));
      expect(hasLetters.slice(195, 285).filter(Boolean).length).toBeGreaterThan(40);
    }
    const [english, spanish] = await Promise.all([
      drawSample(size, 'the lighthouse of the coast', 1),
      drawSample(size, 'el faro de la costa', 1),
    ]);
    const bandOf = async (image: Buffer) =>
      sharp(image).extract({ left: 0, top: 90, width: 320, height: 60 }).greyscale().threshold(230).raw().toBuffer();
    expect((await bandOf(english)).equals(await bandOf(spanish))).toBe(false);
  });

  it('holds no markup of the prompt', async () => {
    const nasty = '</svg><script>alert(1)</script><image href="http://127.0.0.1/x"/>&"\'';
    expect(await sharp(await drawSample(size, nasty, 1)).metadata()).toMatchObject({ width: 320 });
  });
});

describe('letters', () => {
  const place = { centreX: 100, top: 0, height: 12, maxWidth: 1000 };

  it('are strokes, one path each, smaller where there is little room', () => {
    expect(writeLetters('SAMPLE', place).match(/<path/g)).toHaveLength(6);
    expect(writeLetters('NO AI', place)).toContain('scale(2)');
    expect(writeLetters('NO AI', { ...place, maxWidth: 13.2 })).toContain('scale(0.5');
  });

  it('that nobody has drawn are an error, not a gap', () => {
    expect(() => writeLetters('ß', place)).toThrow(RangeError);
  });
});
