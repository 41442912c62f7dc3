import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { GenerationRequest } from '../provider.ts';
import { createLocalProvider } from './local-provider.ts';
import { bundledModel } from './testing/read-story.ts';
import { solidPng } from './testing/solid-png.ts';
import { readAll, tinyCaptioner } from './testing/tiny-models.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'octavo-captions-'));
const provider = createLocalProvider({ model: bundledModel, captionModel: tinyCaptioner, cacheFolder, idleMs: 60_000 });
afterAll(async () => {
  await provider.close();
  rmSync(cacheFolder, { recursive: true });
});

const colours = { red: [255, 0, 0], green: [0, 128, 0], blue: [0, 0, 255] } as const;

function request(colour: keyof typeof colours, input: { language?: 'spa_Latn' } = {}): GenerationRequest {
  return {
    contentType: 'description',
    title: 'Colour',
    prompt: '',
    model: 'tiny-vit-gpt2',
    seed: 1,
    input,
    images: [{ bytes: solidPng(colours[colour]), mediaType: 'image/png' }],
  };
}

test.each(['red', 'blue', 'green'] as const)('an image becomes a sentence as it comes: %s', async (colour) => {
  const { text, deltas, finish } = await readAll(provider, request(colour));
  expect(text).toBe(`A ${colour} square.`);
  expect(deltas.length).toBeGreaterThan(2);
  expect(finish).toMatchObject({ finishReason: 'stop', warnings: [] });
  expect(finish.usage.outputTokens).toBeGreaterThan(1);
});

test('what it cannot honour comes back as a warning', async () => {
  const { finish } = await readAll(provider, request('red', { language: 'spa_Latn' }));
  expect(finish.warnings).toEqual([expect.stringContaining('English')]);
});

test('bytes that are no image are a failure, and the next image is described', async () => {
  const broken = request('red');
  if (broken.contentType === 'description') broken.images[0].bytes = Buffer.from('GIF89a nonsense');
  await expect(readAll(provider, broken)).rejects.toMatchObject({ code: 'local_model_failed' });
  expect((await readAll(provider, request('blue'))).text).not.toBe('');
});

test('state says that images can be described', () => {
  expect(provider.state()).toMatchObject({
    contentTypes: ['story', 'description'],
    defaultModels: { description: 'tiny-vit-gpt2' },
  });
});
