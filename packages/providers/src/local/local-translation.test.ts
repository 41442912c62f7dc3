import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createProviders } from '../registry.ts';
import { settingsForNobody } from '../testing/settings.ts';
import { createLocalProvider } from './local-provider.ts';
import { bundledModel } from './testing/read-story.ts';
import { readAll, repeatingTranslator, tinyTranslator, translationRequest } from './testing/tiny-models.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'octavo-translation-'));
const settings = { model: bundledModel, translationModel: tinyTranslator, cacheFolder, idleMs: 60_000 };
const shared = createLocalProvider(settings);
afterAll(async () => {
  await shared.close();
  rmSync(cacheFolder, { recursive: true });
});

const tale = 'the little dragon told a story to the moon';
const long = Array.from({ length: 40 }, (_, index) => `Part ${index}: ${tale}.`).join('\n\n');

test('a text is translated, and its structure is the same whatever the model says', async () => {
  const text = `# The dragon\n\n- told **a story** to {{name}}\n- see [the moon](https://example.org)\n\n| the | moon |\n|---|---|\n| a | story |\n\n\`\`\`\ncode\n\`\`\`\n`;
  const { text: out, deltas, finish } = await readAll(shared, translationRequest(text));
  expect(out).toMatch(
    /^# \S.*\n\n- .*\*\*.+\*\*.*\{\{name\}\}.*\n- .*\[.+\]\(https:\/\/example\.org\).*\n\n\| .+ \| .+ \|\n\|---\|---\|\n\| .+ \| .+ \|\n\n```\ncode\n```\n$/,
  );
  // Where the marks were lost, the words between them were translated.
  expect(out).not.toMatch(/told|story|see|moon/);
  expect(finish.warnings).toEqual([]);
  expect(deltas.length).toBeGreaterThan(10);
  expect(finish.usage.inputTokens).toBeGreaterThan(10);
  expect(finish.usage.outputTokens).toBeGreaterThan(10);
});

test.each([
  [tale, 'fra_Latn', 'le petit dragon raconta une histoire à la lune'],
  ['the moon', 'fra_Latn', 'la lune'],
  ['the moon', 'deu_Latn', 'der mond'],
])('what the model has learnt comes back: %s in %s', async (text, target, expected) => {
  const { text: out, finish } = await readAll(shared, translationRequest(text, { target }));
  expect(out).toBe(expected);
  expect(finish).toMatchObject({ finishReason: 'stop', warnings: [] });
});

test('translations asked for at once, from several languages, are those that each would have been alone', async () => {
  const sources = ['eng_Latn', 'hin_Deva', 'fra_Latn', 'spa_Latn', 'deu_Latn'];
  const requests = sources.map((source) => translationRequest('histoire\n\nlune', { source }));
  const alone: string[] = [];
  for (const request of requests) alone.push((await readAll(shared, request)).text);
  // The source language matters to this model, so that one left over from another request would show.
  expect(new Set(alone).size).toBeGreaterThan(1);
  const together = await Promise.all(requests.map((request) => readAll(shared, request)));
  expect(together.map(({ text }) => text)).toEqual(alone);
});

test('an abort in the middle throws its reason, and the next text is translated', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  let seen = 0;
  const stopped = readAll(shared, translationRequest(long), {
    signal: controller.signal,
    onDelta: ({ length }) => (seen = length) === 5 && controller.abort(reason),
  });
  await expect(stopped).rejects.toBe(reason);
  expect(seen).toBe(5);
  const { text } = await readAll(shared, translationRequest(tale));
  expect(text).not.toBe('');
});

test('a child killed in the middle is a retryable failure, and the retry succeeds', async () => {
  const before = await readAll(shared, translationRequest(tale));
  const pid = shared.modelPids.translation;
  const killed = readAll(shared, translationRequest(long), {
    onDelta: ({ length }) => length === 3 && process.kill(pid ?? 0, 'SIGKILL'),
  });
  await expect(killed).rejects.toMatchObject({
    code: 'local_model_failed',
    isRetryable: true,
    cause: { message: expect.stringContaining('SIGKILL') },
  });
  expect((await readAll(shared, translationRequest(tale))).text).toBe(before.text);
  expect(shared.modelPids.translation).not.toBe(pid);
});

test.skipIf(process.platform !== 'linux')('fifty translations need no more memory than five', async () => {
  const provider = createLocalProvider(settings);
  onTestFinished(() => provider.close());
  const residentMb = () =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${provider.modelPids.translation}/status`, 'utf8'))?.[1]) /
    1024;
  const text = `${tale}.\n\n${tale}.`;
  for (let round = 0; round < 10; round += 1) await readAll(provider, translationRequest(text));
  const early = residentMb();
  for (let round = 0; round < 50; round += 1) await readAll(provider, translationRequest(text));
  expect(residentMb() - early).toBeLessThan(40);
});

test.each([
  ['target', { target: 'xxx_Latn' }],
  ['target', { target: '../fra_Latn' }],
  ['source', { source: 'en' }],
])('an unknown %s language is refused before the model is touched', async (_which, languages) => {
  const provider = createLocalProvider(settings);
  await expect(readAll(provider, translationRequest(tale, languages))).rejects.toMatchObject({
    code: 'provider_bad_request',
    isRetryable: false,
  });
  expect(provider.modelPids.translation).toBeUndefined();
});

test('a language that this model does not know is refused in words', async () => {
  await expect(readAll(shared, translationRequest(tale, { target: 'zul_Latn' }))).rejects.toMatchObject({
    code: 'provider_bad_request',
    isRetryable: false,
    cause: { message: 'The local translation model does not know Zulu.' },
  });
});

test('a source that nobody names is detected; where it cannot be told, that is said', async () => {
  const unnamed = (text: string) => {
    const request = translationRequest(text);
    if (request.contentType !== 'translation') throw new Error('no translation');
    return { ...request, input: { ...request.input, source: undefined } };
  };
  const german = 'Der kleine Drache erzählte dem Mond eine Geschichte, und der Mond hörte ihm zu.';
  const detected = await readAll(shared, unnamed(german));
  expect(detected.finish.warnings).not.toContainEqual(expect.stringContaining('could not be told'));
  expect(detected.text).toBe((await readAll(shared, translationRequest(german, { source: 'deu_Latn' }))).text);
  expect((await readAll(shared, unnamed('zzz'))).finish.warnings).toContainEqual(
    expect.stringContaining('could not be told'),
  );
});

test('stories and translations have a process each', async () => {
  await readAll(shared, translationRequest(tale));
  const { story, translation } = shared.modelPids;
  expect(translation).toBeDefined();
  expect(story).not.toBe(translation);
});

test('state tells the licence, and which model translates', () => {
  expect(shared.state()).toMatchObject({
    available: true,
    defaultModels: { story: 'octavo-story-tiny', translation: 'tiny-nllb' },
    contentTypes: ['story', 'translation'],
    note: expect.stringContaining('CC-BY-NC 4.0: not for commercial use'),
  });
});

test('a model that is not downloaded says how to get it', async () => {
  const name = 'Xenova/nllb-200-distilled-600M';
  const later = createLocalProvider({ ...settings, translationModel: name });
  expect(later.state()).toMatchObject({
    contentTypes: ['story'],
    note: expect.stringContaining(`npm run octavo model ${name}`),
  });
  await expect(readAll(later, { ...translationRequest(tale), model: name })).rejects.toMatchObject({
    code: 'local_model_failed',
    isRetryable: false,
    cause: { message: expect.stringContaining('not downloaded yet') },
  });
});

test('a model for other work is not taken for a translator', () => {
  const wrong = createLocalProvider({ ...settings, translationModel: bundledModel });
  expect(wrong.state()).toMatchObject({ contentTypes: ['story'], note: expect.stringContaining('writes stories') });
});

test('it translates where no real provider is set up, and the sample writer where it is not either', async () => {
  const nobody = settingsForNobody('http://127.0.0.1:9');
  const providers = createProviders({ ...nobody, local: settings });
  expect(providers.candidates('translation')).toMatchObject([
    { provider: { name: 'local' }, model: 'tiny-nllb' },
    { provider: { name: 'sandbox' } },
  ]);
  expect(createProviders(nobody).candidates('translation')).toMatchObject([{ provider: { name: 'sandbox' } }]);
  await providers.close();
});

test.each([
  ['spa_Latn', '<2es>'],
  // MADLAD spells Hebrew as Google once did.
  ['heb_Hebr', '<2iw>'],
  ['zho_Hant', '<2zh>'],
])('MADLAD is told %s by the word %s, and keeps what must survive where it keeps marks', async (target, word) => {
  const provider = createLocalProvider({ ...settings, translationModel: repeatingTranslator });
  onTestFinished(() => provider.close());
  const text = '- Take **two** cups to {{place}}, 5 km [away](https://example.org).\n';
  const request = { ...translationRequest(text, { target }), model: 'tiny-t5' };
  expect((await readAll(provider, request)).text).toBe(text.replace('Take', `${word} Take`));
  expect(provider.state().note).toContain('licence Apache-2.0');
  await expect(readAll(provider, { ...translationRequest('a'), model: 'tiny-t5' })).rejects.toMatchObject({
    code: 'provider_bad_request',
    cause: { message: 'The local translation model does not know French.' },
  });
});
