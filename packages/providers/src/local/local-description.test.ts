import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import type { GenerationRequest } from '../provider.ts';
import { createLocalProvider } from './local-provider.ts';
import { bundledModel } from './testing/read-story.ts';
import { readAll, tinyCaptioner } from './testing/tiny-models.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'octavo-captions-'));
const provider = createLocalProvider({ model: bundledModel, captionModel: tinyCaptioner, cacheFolder, idleMs: 60_000 });
afterAll(async () => {
  await provider.close();
  rmSync(cacheFolder, { recursive: true });
});

async function request(colour: string, input: { language?: 'spa_Latn' } = {}): Promise<GenerationRequest> {
  const bytes = await sharp({ create: { width: 100, height: 60, channels: 3, background: colour } })
    .png()
    .toBuffer();
  return {
    contentType: 'description',
    title: 'Colour',
    prompt: '',
    model: 'tiny-vit-gpt2',
    seed: 1,
    input,
    images: [{ bytes, mediaType: 'image/png' }],
  };
}

test.each(['red', 'blue', 'green'])('an image becomes a sentence as it comes: %s', async (colour) => {
  const { text, deltas, finish } = await readAll(provider, await request(colour));
  expect(text).toBe(`A ${colour} square.`);
  expect(deltas.length).toBeGreaterThan(2);
  expect(finish).toMatchObject({ finishReason: 'stop', warnings: [] });
  expect(finish.usage.outputTokens).toBeGreaterThan(1);
});

test('what it cannot honour comes back as a warning', async () => {
  const { finish } = await readAll(provider, await request('red', { language: 'spa_Latn' }));
  expect(finish.warnings).toEqual([expect.stringContaining('English')]);
});

test('bytes that are no image are a failure, and the next image is described', async () => {
  const broken = await request('red');
  if (broken.contentType === 'description') broken.images[0].bytes = Buffer.from('GIF89a nonsense');
  await expect(readAll(provider, broken)).rejects.toMatchObject({ code: 'local_model_failed' });
  expect((await readAll(provider, await request('blue'))).text).not.toBe('');
});

test('a killed child is retryable', async () => {
  const reading = readAll(provider, await request('red'), {
    onDelta: () => process.kill(provider.modelPids.description ?? 0, 'SIGKILL'),
  });
  const outcome = await reading.catch((error: unknown) => error);
  // A caption is short: it may have been complete before the signal arrived.
  if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'local_model_failed', isRetryable: true });
  expect((await readAll(provider, await request('red'))).text).not.toBe('');
});

test('state says that images can be described', () => {
  expect(provider.state()).toMatchObject({
    contentTypes: ['story', 'description'],
    defaultModels: { description: 'tiny-vit-gpt2' },
  });
});
