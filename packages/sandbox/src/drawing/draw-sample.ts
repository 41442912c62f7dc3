import { detectLanguage, type SampleLanguage } from '../writing/detect-language.ts';
import { seededRandom, type SeededRandom } from '../writing/seeded-random.ts';
import { writeLetters } from './letters.ts';

export interface Drawing {
  /** In pixels. */
  width: number;
  height: number;
  format: 'png' | 'jpeg';
}

const notices: Record<SampleLanguage, [string, string]> = {
  en: ['SAMPLE', 'NO AI MODEL MADE THIS'],
  es: ['MUESTRA', 'NINGÚN MODELO DE IA HIZO ESTO'],
};

/**
 * A calm landscape of colours that depend on the prompt, under a band that says that it is a sample: the same
 * picture for the same prompt and `variation`. Compressed off the main thread.
 */
export async function drawSample(
  { width, height, format }: Drawing,
  prompt: string,
  variation: number,
): Promise<Buffer> {
  // Loaded for the first picture: it is large, and most who come want words.
  const { default: sharp } = await import('sharp');
  const picture = sharp(Buffer.from(sampleSvg({ width, height }, prompt, variation)));
  // The shapes are flat: little compression makes a small file of them, and quickly.
  return format === 'jpeg'
    ? picture.flatten().jpeg({ quality: 85 }).toBuffer()
    : picture.png({ compressionLevel: 3 }).toBuffer();
}

/** Holds nothing of the prompt but what its hash chose. */
function sampleSvg(size: { width: number; height: number }, prompt: string, variation: number): string {
  const { width, height } = size;
  const random = seededRandom(`${variation}\n${prompt}`);
  // Takes of one prompt look related.
  const hue = seededRandom(prompt).below(360);
  const horizon = height * (0.4 + random.below(20) / 100);
  const sun = { x: width * (0.2 + random.below(60) / 100), y: horizon * (0.45 + random.below(30) / 100) };
  const hills = Array.from(
    { length: 4 },
    (_, layer) =>
      `<path fill="${colour(hue + 14 * layer, 38, 62 - 11 * layer)}" d="${hill(size, horizon + layer * (height - horizon) * 0.2, random)}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" fill="${colour(hue + 180, 45, 86)}"/>`,
    `<rect width="100%" height="${horizon * 0.5}" fill="${colour(hue + 185, 45, 80)}"/>`,
    `<circle cx="${sun.x}" cy="${sun.y}" r="${Math.min(width, height) * 0.11}" fill="${colour(hue + 40, 80, 72)}"/>`,
    ...hills,
    band(size, notices[detectLanguage({ system: '', prompt })]),
    '</svg>',
  ].join('');
}

function band({ width, height }: { width: number; height: number }, [title, words]: [string, string]): string {
  const tall = Math.min(width, height) * 0.26;
  const top = (height - tall) / 2;
  const line = { centreX: width / 2, maxWidth: width * 0.88 };
  return [
    `<rect y="${top}" width="100%" height="${tall}" fill="#14171c" fill-opacity=".82"/>`,
    writeLetters(title, { ...line, top: top + tall * 0.16, height: tall * 0.36 }),
    writeLetters(words, { ...line, top: top + tall * 0.66, height: tall * 0.18 }),
  ].join('');
}

/** A wavy line from side to side, filled down to the lower edge. */
function hill({ width, height }: { width: number; height: number }, y: number, random: SeededRandom): string {
  const swing = () => y + ((random.below(200) - 100) / 100) * height * 0.07;
  const ends = [swing(), swing(), swing()];
  return `M0 ${ends[0]}C${width * 0.2} ${swing()} ${width * 0.3} ${swing()} ${width / 2} ${ends[1]}S${width * 0.8} ${swing()} ${width} ${ends[2]}V${height}H0Z`;
}

/** Saturation and lightness in percent. */
function colour(hue: number, saturation: number, lightness: number): string {
  return `hsl(${hue % 360},${saturation}%,${Math.max(12, lightness)}%)`;
}
