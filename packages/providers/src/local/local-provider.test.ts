import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { ProviderError } from '../provider.ts';
import { createLocalProvider } from './local-provider.ts';
import { bundledModel, readStory, storyRequest } from './testing/read-story.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'octavo-models-'));
const shared = createLocalProvider({ model: bundledModel, cacheFolder, idleMs: 60_000 });
afterAll(async () => {
  await shared.close();
  rmSync(cacheFolder, { recursive: true });
});

const prompts = [
  'a little dragon who is afraid of fire',
  'Write a story about a poor tailor and a golden needle',
  'The king had no sons. He walked by the sea.',
  'Escribe un cuento sobre un dragón que tiene miedo al fuego',
  'friendship between a cat and a mouse',
  'Tell a story about Luna, a shy fox who never speaks',
  'Once upon a time, in a land of snow, two sisters lived alone.',
  'Write a story',
  'a robot who wants to be a gardener',
  'A little old woman loses her cat in the snow',
];

test.each(prompts.map((prompt, index) => [prompt, index + 1] as const))(
  'a story streams in and reads whole: %s',
  async (prompt, seed) => {
    const { deltas, text, finish } = await readStory(shared, { prompt, seed });
    expect(deltas.length).toBeGreaterThan(50);
    const words = text.split(/\s+/);
    expect(words.length).toBeGreaterThanOrEqual(60);
    expect(mostRepeated(words, 4)).toBeLessThanOrEqual(4);
    expect(new Set(words).size / words.length).toBeGreaterThan(0.35);
    expect(text).toMatch(/[.!?]["')]*$/);
    expect(text).toMatch(/^(?:\S| |\n\n)*$/);
    expect(text.isWellFormed()).toBe(true);
    expect(finish.finishReason).toBe('stop');
    expect(finish.usage.outputTokens).toBeGreaterThanOrEqual(160);
    expect(finish.usage.inputTokens).toBeGreaterThan(5);
  },
);

test('the story begins with its title and the opening that the prompt became', async () => {
  const { deltas } = await readStory(shared, { title: 'Ember\nand Ash' });
  expect(deltas[0]).toBe('# Ember and Ash\n\n');
  expect(deltas[1]).toBe('Once upon a time there was a little dragon who was afraid of fire.');
});

test.each([1, 2, 3])('a story of %i paragraphs has that many', async (paragraphs) => {
  const { text, finish } = await readStory(shared, { input: { paragraphs, genre: 'mystery' } });
  expect(text.split('\n\n')).toHaveLength(1 + paragraphs);
  expect(finish).toMatchObject({ finishReason: 'stop', warnings: [expect.stringContaining('the genre')] });
});

test.each([1, 2, 3, 4, 5, 6])(
  'a story of eight paragraphs comes to its end, whatever the dice say: %i',
  async (seed) => {
    const { text, finish } = await readStory(shared, { input: { paragraphs: 8 }, seed });
    expect(text.split('\n\n')).toHaveLength(1 + 8);
    expect(finish.finishReason).toBe('stop');
  },
);

test('a story of more paragraphs than there is room for ends with a sentence, with fewer', async () => {
  const { text, finish } = await readStory(shared, { input: { paragraphs: 50 } });
  expect(text.split('\n\n').length).toBeLessThan(51);
  expect(text).toMatch(/[.!?]["']*$/);
  expect(finish.finishReason).toBe('stop');
});

test('what the model cannot honour comes back as a warning', async () => {
  const spanish = await readStory(shared, { prompt: 'Escribe un cuento sobre un dragón que tiene miedo al fuego' });
  expect(spanish.finish.warnings).toEqual([expect.stringContaining('English only')]);
});

test('the same seed writes the same story, another seed another one', async () => {
  const [first, again, other] = [
    await readStory(shared, { seed: 7 }),
    await readStory(shared, { seed: 7 }),
    await readStory(shared, { seed: 8 }),
  ];
  expect(again.text).toBe(first.text);
  expect(other.text).not.toBe(first.text);
});

test('two stories asked for at once are the two that each would have been alone', async () => {
  const fox = { prompt: 'a fox who counts the stars', seed: 3 };
  const owl = { prompt: 'an owl who cannot sleep', seed: 4 };
  const alone = [await readStory(shared, fox), await readStory(shared, owl)];
  const together = await Promise.all([readStory(shared, fox), readStory(shared, owl)]);
  expect(together.map(({ text }) => text)).toEqual(alone.map(({ text }) => text));
});

test('an abort in the middle throws its reason, and the next story is written', async () => {
  const controller = new AbortController();
  const reason = new Error('the user pressed stop');
  const seen: string[] = [];
  const story = readStory(
    shared,
    {},
    {
      signal: controller.signal,
      onDelta: ([...deltas]) => {
        seen.splice(0, seen.length, ...deltas);
        if (deltas.length === 5) controller.abort(reason);
      },
    },
  );
  await expect(story).rejects.toBe(reason);
  expect(seen).toHaveLength(5);
  expect((await readStory(shared)).finish.finishReason).toBe('stop');
});

test('an abort while waiting leaves the story before it alone', async () => {
  const controller = new AbortController();
  const reason = new Error('changed their mind');
  let waiting: Promise<unknown> | undefined;
  const first = await readStory(
    shared,
    { seed: 5 },
    {
      onDelta: (deltas) => {
        if (deltas.length === 2)
          waiting = readStory(shared, { seed: 6 }, { signal: controller.signal, onDelta: () => expect.unreachable() });
        if (deltas.length === 2) waiting?.catch(() => undefined);
        if (deltas.length === 4) controller.abort(reason);
      },
    },
  );
  await expect(waiting).rejects.toBe(reason);
  expect(first.text).toBe((await readStory(shared, { seed: 5 })).text);
});

test('a story that fills the context without coming to an end is cut off, and says so', async () => {
  const model = brokenModel(['tokenizer.json', 'tokenizer_config.json', 'generation_config.json', 'onnx']);
  const config = JSON.parse(readFileSync(join(bundledModel, 'config.json'), 'utf8')) as object;
  writeFileSync(join(model, 'config.json'), JSON.stringify({ ...config, n_positions: 64 }));
  const provider = createLocalProvider({ model, cacheFolder, idleMs: 60_000 });
  onTestFinished(() => provider.close());
  const { finish } = await readStory(provider, { model: provider.state().defaultModel ?? '' });
  expect(finish).toMatchObject({ finishReason: 'length', usage: { inputTokens: 15, outputTokens: 64 - 15 } });
});

test('a signal that is already aborted starts nothing', async () => {
  const provider = createLocalProvider({ model: bundledModel, cacheFolder, idleMs: 60_000 });
  await expect(readStory(provider, {}, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  expect(provider.modelPids.story).toBeUndefined();
});

test('a child killed in the middle is a retryable failure, and the retry succeeds', async () => {
  const before = await readStory(shared);
  const pid = shared.modelPids.story;
  const killed = readStory(
    shared,
    {},
    { onDelta: (deltas) => deltas.length === 3 && process.kill(pid ?? 0, 'SIGKILL') },
  );
  const error = await killed.catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'local_model_failed',
    isRetryable: true,
    cause: { message: expect.stringContaining('SIGKILL') },
  });
  expect((await readStory(shared)).text).toBe(before.text);
  expect(shared.modelPids.story).not.toBe(pid);
});

test('the child ends when it has nothing to do, and comes back when it has', async () => {
  const provider = createLocalProvider({ model: bundledModel, cacheFolder, idleMs: 1 });
  onTestFinished(() => provider.close());
  const first = await readStory(provider);
  await vi.waitFor(() => expect(provider.modelPids.story).toBeUndefined(), { timeout: 30_000 });
  expect((await readStory(provider)).text).toBe(first.text);
});

test('the child does not outlive a parent that is killed', async () => {
  const module = new URL('./local-provider.ts', import.meta.url).href;
  const script = `
    const { createLocalProvider } = await import(${JSON.stringify(module)});
    const provider = createLocalProvider(${JSON.stringify({ model: bundledModel, cacheFolder, idleMs: 60_000 })});
    for (;;) for await (const part of provider.stream(${JSON.stringify(storyRequest())}, { signal: new AbortController().signal })) {
      if (part.type === 'finish') console.log(provider.modelPids.story);
    }`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const childPid = Number.parseInt(said.toString(), 10);
  expect(isRunning(childPid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isRunning(childPid)).toBe(false), { timeout: 30_000 });
});

test('the library is never loaded into the process that asks', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve: (name, context, next) => (/huggingface|onnx/.test(name) && console.log(name), next(name, context)) });
    await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    console.log('done');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect((await child.stdout.toArray()).join('')).toBe('done\n');
});

test('state tells what there is', () => {
  expect(shared.state()).toEqual({
    name: 'local',
    available: true,
    defaultModel: 'octavo-story-tiny',
    defaultModels: { story: 'octavo-story-tiny' },
    models: ['octavo-story-tiny'],
    contentTypes: ['story'],
    note: 'The bundled story model: 8.9 million parameters, English fairy tales only.',
  });
  const later = createLocalProvider({ model: 'onnx-community/gpt2-ONNX', cacheFolder, idleMs: 1 });
  expect(later.state()).toMatchObject({ available: false, note: expect.stringContaining('not downloaded yet') });
});

test.each(['../octavo-story-tiny', '/etc', bundledModel, 'openai/gpt2'])(
  'a request cannot reach a model by path: %s',
  async (model) => {
    await expect(readStory(shared, { model })).rejects.toMatchObject({
      code: 'provider_model_not_found',
      isRetryable: false,
    });
  },
);

test.each([
  ['is not there', [], 'There is no model folder'],
  ['has no weights', ['config.json', 'tokenizer.json', 'tokenizer_config.json'], 'There are no ONNX weights'],
  ['has no tokenizer', ['config.json'], 'There is no tokenizer.json'],
])('a model folder that %s says so', async (_what, names, words) => {
  const model = names.length > 0 ? brokenModel(names) : join(cacheFolder, 'nowhere');
  const provider = createLocalProvider({ model, cacheFolder, idleMs: 1 });
  expect(provider.state()).toMatchObject({ available: false, note: expect.stringContaining(words) });
  const error = await readStory(provider, { model: provider.state().defaultModel ?? '' }).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({
    code: 'local_model_failed',
    isRetryable: false,
    cause: { message: expect.stringContaining(words) },
  });
  expect(provider.modelPids.story).toBeUndefined();
});

test('weights that cannot be read are a failure that no retry mends', async () => {
  const model = brokenModel(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json']);
  mkdirSync(join(model, 'onnx'));
  writeFileSync(
    join(model, 'onnx/model_quantized.onnx'),
    readFileSync(join(bundledModel, 'onnx/model_quantized.onnx')).subarray(0, 100_000),
  );
  const provider = createLocalProvider({ model, cacheFolder, idleMs: 60_000 });
  onTestFinished(() => provider.close());
  const error = await readStory(provider, { model: provider.state().defaultModel ?? '' }).catch(
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({
    code: 'local_model_failed',
    isRetryable: false,
    cause: { message: expect.stringContaining('cannot be loaded') },
  });
});

function brokenModel(names: string[]): string {
  const folder = mkdtempSync(join(cacheFolder, 'broken-'));
  for (const name of names) symlinkSync(join(bundledModel, name), join(folder, name));
  return folder;
}

/** How often the commonest run of `length` words occurs. */
function mostRepeated(words: string[], length: number): number {
  const counts = new Map<string, number>();
  for (let at = 0; at + length <= words.length; at += 1) {
    const run = words.slice(at, at + length).join(' ');
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended but that nobody has waited for yet still has its id.
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
