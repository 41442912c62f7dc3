import sharp from 'sharp';
import { processImage } from '../apps/server/src/features/media/image/image-pipeline.ts';
import { type Figure, median } from './lib/figures.ts';

const rounds = 3;
/** As many as the pipeline works on at the same time. */
const atOnce = 2;
const maxBytes = 20_971_520;

/**
 * Photographs of 6 megapixels through everything that is done with an upload (checks, re-encoding, two small ones, hash),
 * against bare sharp, which makes the same three files of them; in turn, two at a time.
 */
export async function benchImages(count: number): Promise<Figure[]> {
  const photo = await photograph(3000, 2000);
  const pipeline = async (): Promise<unknown> => processImage(photo, { maxBytes });
  const bare = async (): Promise<unknown> => {
    const original = await sharp(photo).autoOrient().jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer();
    const large = await shrink(original, 1024);
    return shrink(large, 320);
  };
  await Promise.all([pipeline(), bare()]);
  const rates: Array<{ octavo: number; bare: number }> = [];
  let peakBytes = 0;
  const watch = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 20);
  for (let round = 0; round < rounds; round += 1) {
    rates.push({ bare: await rate(count, bare), octavo: await rate(count, pipeline) });
  }
  clearInterval(watch);
  const ratio = median(rates.map((one) => one.octavo / one.bare));
  const imagesPerSecond = median(rates.map((one) => one.octavo));
  const barePerSecond = median(rates.map((one) => one.bare));
  const megabytes = photo.length / 1e6;
  const peakMb = peakBytes / 1_048_576;
  return [
    {
      name: `images of 6 megapixels (${megabytes.toFixed(1)} MB): checked, re-encoded, two small ones`,
      value: `${imagesPerSecond.toFixed(1)}/s, ${(imagesPerSecond * megabytes).toFixed(1)} MB/s (${ratio.toFixed(2)}x)`,
      baseline: `${barePerSecond.toFixed(1)}/s`,
      target: '≥ 0.8x',
      isMet: ratio >= 0.8,
      raw: { ratio, imagesPerSecond, barePerSecond, megabytesPerSecond: imagesPerSecond * megabytes },
    },
    {
      name: 'memory of a process that works on them, at its peak',
      value: `${peakMb.toFixed(0)} MB`,
      baseline: '',
      target: '',
      isMet: undefined,
      raw: { peakMb },
    },
  ];
}

async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  let started = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while ((started += 1) <= count) await work();
    }),
  );
  return count / ((performance.now() - startedAt) / 1000);
}

function shrink(image: Buffer, side: number): Promise<Buffer> {
  return sharp(image).resize(side, side, { fit: 'inside' }).webp({ quality: 80 }).toBuffer();
}

/** Coarse noise made smooth: like a photograph, neither flat nor all edges. */
async function photograph(width: number, height: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const coarse = await sharp({
    create: { width: Math.ceil(width / 8), height: Math.ceil(height / 8), channels: 3, background: '#888', noise },
  })
    .png()
    .toBuffer();
  return sharp(coarse).resize(width, height, { kernel: 'cubic' }).jpeg({ quality: 90 }).toBuffer();
}
