import { maxParagraphs, type StoryInput, writtenTypeNames } from '@octavo/contracts';
import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxProvider } from '../sandbox/index.ts';
import { collect } from '../testing/collect.ts';
import { settingsFor } from '../testing/settings.ts';
import { checkQuality } from './check-quality.ts';
import { requestFor } from './testing/request-for.ts';

/** Gate and providers together: what the built-in writer writes must pass, and its faults must not. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tokensPerSecond: 0 });
});
afterAll(() => sandbox.close());

async function judge(contentType: (typeof writtenTypeNames)[number], prompt: string, seed = 1) {
  const { text, finish, error } = await collect(createSandboxProvider(settingsFor(sandbox.url)), {
    contentType,
    prompt,
    seed,
  });
  expect(error).toBeUndefined();
  return checkQuality(requestFor(contentType, prompt), {
    text,
    finishReason: finish!.finishReason,
    isSample: true,
  });
}

describe.each(writtenTypeNames)('a sample %s', (type) => {
  it.each([
    'Write about growing tea on a balcony',
    'Escribe sobre el té en el balcón y cómo cuidarlo',
    '写一写在阳台上种茶的事',
  ])('on %j passes', async (prompt) => {
    for (let seed = 0; seed < 20; seed += 1) expect(await judge(type, prompt, seed)).toEqual({ ok: true });
  });

  it.each([
    ['empty', 'quality_empty'],
    ['length', 'quality_cut_off'],
    ['refuse', 'quality_refused'],
    ['refuse after=30', 'quality_refused'],
    ['repeat', 'quality_repetitive'],
    ['echo', 'quality_echo'],
  ])('with the fault %s does not', async (fault, code) => {
    expect(await judge(type, `Write about growing tea on a balcony [sandbox:${fault}]`)).toMatchObject({
      ok: false,
      code,
    });
  });
});

describe('a sample story with a form', () => {
  it.each([
    ['eng_Latn', 'Escribe un cuento sobre el té en el balcón'],
    ['spa_Latn', 'Write about growing tea on a balcony'],
    [undefined, 'Escribe un cuento sobre el té en el balcón, la lluvia y los vecinos de al lado'],
  ])('in %s has the paragraphs and the language that were asked for', async (language, prompt) => {
    const provider = createSandboxProvider(settingsFor(sandbox.url));
    for (let paragraphs = 1; paragraphs <= maxParagraphs; paragraphs += 1) {
      const input = { paragraphs, ...(language !== undefined && { language }) } as StoryInput;
      const { text, finish } = await collect(provider, { contentType: 'story', prompt, input, seed: paragraphs });
      const take = { text, finishReason: finish!.finishReason };
      expect(await checkQuality(requestFor('story', prompt, { input }), take)).toEqual({ ok: true });
    }
  });
});
