import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { describeModel, downloadModel, type DownloadProgress, ModelDownloadError, needsDownload } from './download.ts';
import { createLocalProvider } from './local-provider.ts';
import { startFakeHub } from './testing/fake-hub.ts';
import { bundledModel, readStory } from './testing/read-story.ts';
import { readAll, tinyCaptioner, tinyTranslator, translationRequest } from './testing/tiny-models.ts';

const model = 'octavo/tiny';
const root = mkdtempSync(join(tmpdir(), 'octavo-download-'));
afterAll(() => rmSync(root, { recursive: true }));
const emptyFolder = () => mkdtempSync(join(root, 'models-'));

async function failure(options: {
  model?: string;
  cacheFolder?: string;
  remoteHost: string;
}): Promise<ModelDownloadError> {
  const error = await downloadModel({
    model,
    cacheFolder: emptyFolder(),
    onProgress: () => undefined,
    ...options,
  }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ModelDownloadError);
  return error as ModelDownloadError;
}

test('a model comes with progress, once, and then writes', async () => {
  await using hub = await startFakeHub();
  const cacheFolder = emptyFolder();
  const seen: DownloadProgress[] = [];
  expect(needsDownload(model, cacheFolder)).toBe(true);
  await downloadModel({
    model,
    cacheFolder,
    remoteHost: hub.remoteHost,
    onProgress: (progress) => seen.push(progress),
  });

  expect(seen.length).toBeGreaterThan(10);
  expect(seen.map(({ file }) => file)).toContain('onnx/model_quantized.onnx');
  expect(seen.at(-1)?.loadedBytes).toBe(seen.at(-1)?.totalBytes);
  expect(seen.at(-1)?.totalBytes).toBeGreaterThan(15_000_000);
  expect(needsDownload(model, cacheFolder)).toBe(false);

  const asked = hub.requests.length;
  await downloadModel({ model, cacheFolder, remoteHost: hub.remoteHost, onProgress: () => expect.unreachable() });
  const provider = createLocalProvider({ model, cacheFolder, idleMs: 60_000 });
  onTestFinished(() => provider.close());
  expect(provider.state()).toMatchObject({ available: true, defaultModel: model, models: [model] });
  const bundled = createLocalProvider({ model: bundledModel, cacheFolder, idleMs: 60_000 });
  onTestFinished(() => bundled.close());
  const { text } = await readStory(bundled, { seed: 9 });
  expect((await readStory(provider, { model, seed: 9 })).text).toBe(text);
  // A model chosen by name, beside the configured one.
  expect((await readStory(bundled, { model, seed: 9 })).text).toBe(text);
  expect(hub.requests).toHaveLength(asked);
});

test.each([
  [
    'translator',
    tinyTranslator,
    'translation',
    ['encoder_model_quantized.onnx', 'decoder_model_merged_quantized.onnx'],
  ],
  ['captioner', tinyCaptioner, 'description', ['encoder_model_quantized.onnx', 'decoder_model_merged_quantized.onnx']],
] as const)('a %s comes as what it is, and works', async (_what, folder, task, weights) => {
  await using hub = await startFakeHub({ folder });
  const cacheFolder = emptyFolder();
  const seen: DownloadProgress[] = [];
  await downloadModel({
    model,
    cacheFolder,
    remoteHost: hub.remoteHost,
    onProgress: (progress) => seen.push(progress),
  });
  expect(seen.at(-1)?.loadedBytes).toBe(seen.at(-1)?.totalBytes);
  expect(readdirSync(join(cacheFolder, model, 'onnx')).toSorted()).toEqual(weights.toSorted());
  expect(needsDownload(model, cacheFolder)).toBe(false);

  const asked = hub.requests.length;
  const setting = task === 'translation' ? { translationModel: model } : { captionModel: model };
  const provider = createLocalProvider({ model: bundledModel, ...setting, cacheFolder, idleMs: 60_000 });
  onTestFinished(() => provider.close());
  expect(provider.state()).toMatchObject({ contentTypes: ['story', task], defaultModels: { [task]: model } });
  if (task === 'translation') {
    const { text } = await readAll(provider, { ...translationRequest('the moon'), model });
    expect(text).toBe('la lune');
  }
  // A model for other work does not write stories.
  await expect(readStory(provider, { model })).rejects.toMatchObject({ code: 'provider_model_not_found' });
  expect(hub.requests).toHaveLength(asked);
});

test('without 8-bit weights under the usual name the next best ones are taken', async () => {
  await using hub = await startFakeHub({ renamed: { 'onnx/model_int8.onnx': 'onnx/model_quantized.onnx' } });
  const cacheFolder = emptyFolder();
  await downloadModel({ model, cacheFolder, remoteHost: hub.remoteHost, onProgress: () => undefined });
  expect(readdirSync(join(cacheFolder, model, 'onnx'))).toEqual(['model_int8.onnx']);
  const provider = createLocalProvider({ model, cacheFolder, idleMs: 60_000 });
  onTestFinished(() => provider.close());
  expect((await readStory(provider, { model })).finish.finishReason).toBe('stop');
});

test.each([
  ['Xenova/nllb-200-distilled-600M', 'licence CC-BY-NC 4.0: not for commercial use'],
  ['Xenova/madlad400-3b-mt', 'licence Apache-2.0'],
])('%s: its licence is told before it is downloaded', (translationModel, licence) => {
  const cacheFolder = emptyFolder();
  expect(describeModel(translationModel, cacheFolder)).toContain(licence);
  const provider = createLocalProvider({ model: bundledModel, translationModel, cacheFolder, idleMs: 1 });
  const { note } = provider.state();
  expect(note).toContain(licence);
  expect(note).toContain(`${translationModel} is not downloaded yet. Run: npm run octavo model ${translationModel}`);
});

test('a connection that breaks off leaves nothing that looks complete, and the next try goes on', async () => {
  await using hub = await startFakeHub();
  const cacheFolder = emptyFolder();
  hub.fault.cutFile = 'onnx/model_quantized.onnx';
  expect(await failure({ cacheFolder, remoteHost: hub.remoteHost })).toMatchObject({
    code: 'network',
    message: expect.stringContaining('broke off'),
  });
  expect(existsSync(join(cacheFolder, model, 'onnx/model_quantized.onnx'))).toBe(false);
  expect(needsDownload(model, cacheFolder)).toBe(true);
  expect(createLocalProvider({ model, cacheFolder, idleMs: 1 }).state().available).toBe(false);

  // As a download that was killed leaves it.
  writeFileSync(join(cacheFolder, model, 'tokenizer.json.tmp.1.abc'), '{');
  hub.fault.cutFile = undefined;
  await downloadModel({ model, cacheFolder, remoteHost: hub.remoteHost, onProgress: () => undefined });
  expect(needsDownload(model, cacheFolder)).toBe(false);
  expect(
    readdirSync(join(cacheFolder, model), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('.tmp.'),
    ),
  ).toEqual([]);
});

test('a model that the hub does not have', async () => {
  await using hub = await startFakeHub();
  const error = await failure({ model: 'nobody/nothing', remoteHost: hub.remoteHost });
  expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('no model nobody/nothing') });
});

test('a model without weights for this library', async () => {
  await using hub = await startFakeHub({ renamed: { 'onnx/other.onnx': 'onnx/model_quantized.onnx' } });
  expect(await failure({ remoteHost: hub.remoteHost })).toMatchObject({
    code: 'failed',
    message: expect.stringContaining('no ONNX weights'),
  });
});

test('no network', async () => {
  expect(await failure({ remoteHost: 'http://hub.invalid/' })).toMatchObject({
    code: 'network',
    message: expect.stringContaining('hub.invalid'),
  });
  const hub = await startFakeHub();
  await hub[Symbol.asyncDispose]();
  expect(await failure({ remoteHost: hub.remoteHost })).toMatchObject({
    code: 'network',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a folder that cannot be written', async () => {
  const cacheFolder = join(emptyFolder(), 'a-file');
  writeFileSync(cacheFolder, '');
  expect(await failure({ cacheFolder, remoteHost: 'http://hub.invalid/' })).toMatchObject({
    code: 'disk',
    message: expect.stringContaining(cacheFolder),
  });
});

test.each(['gpt2', '../x/y', '/etc/passwd', 'a/b/c', 'a/..', 'https://example.org/m'])(
  '%s is no hub id',
  async (id) => {
    expect(await failure({ model: id, remoteHost: 'http://hub.invalid/' })).toMatchObject({ code: 'invalid_id' });
    expect(needsDownload(id, emptyFolder())).toBe(false);
  },
);
