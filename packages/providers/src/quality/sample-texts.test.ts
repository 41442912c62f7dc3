import { contentTypeNames } from '@octavo/contracts';
import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxProvider } from '../sandbox/index.ts';
import { collect } from '../testing/collect.ts';
import { settingsFor } from '../testing/settings.ts';
import { checkQuality } from './check-quality.ts';

/** Gate and providers together: what the built-in writer writes must pass, and its faults must not. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tokensPerSecond: 0 });
});
afterAll(() => sandbox.close());

async function judge(contentType: (typeof contentTypeNames)[number], prompt: string, seed = 1) {
  const { text, finish, error } = await collect(createSandboxProvider(settingsFor(sandbox.url)), {
    contentType,
    prompt,
    seed,
  });
  expect(error).toBeUndefined();
  return checkQuality(contentType, { text, prompt, finishReason: finish!.finishReason });
}

describe.each(contentTypeNames)('a sample %s', (type) => {
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
