import { fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FromChild, StoryJob, ToChild, TranslationJob } from './protocol.ts';
import { bundledModel } from './testing/read-story.ts';
import { tinyTranslator } from './testing/tiny-models.ts';

const job: StoryJob = { task: 'story', folder: bundledModel, dtype: 'q8', title: '', prompt: 'a goose', seed: 1 };

/** Talks to a real child; `react` answers each message, and the talk is over when all of `ids` have ended. */
async function talk(first: ToChild[], react: (message: FromChild) => ToChild | undefined): Promise<FromChild[]> {
  const child = fork(join(import.meta.dirname, 'child.ts'), [], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const heard: FromChild[] = [];
  const open = new Set(first.map(({ id }) => id));
  const { promise, resolve } = Promise.withResolvers<void>();
  child.on('message', (message: FromChild) => {
    heard.push(message);
    const answer = react(message);
    if (answer) child.send(answer);
    if (message.type !== 'delta') open.delete(message.id);
    if (open.size === 0) resolve();
  });
  for (const message of first) child.send(message);
  await promise;
  return heard;
}

test('an aborted story stops within a few words', async () => {
  let deltas = 0;
  const heard = await talk([{ type: 'write', id: 1, job }], (message) =>
    message.type === 'delta' && (deltas += 1) === 5 ? { type: 'abort', id: 1 } : undefined,
  );
  expect(heard.at(-1)).toEqual({ type: 'aborted', id: 1 });
  expect(heard.length).toBeLessThan(100);
});

test('an aborted translation stops within a sentence or two, and the next one is done', async () => {
  const lines = (count: number) => Array.from({ length: count }, () => 'the little dragon told a story to the moon');
  const translation = (count: number): TranslationJob => ({
    task: 'translation',
    folder: tinyTranslator,
    dtype: 'q8',
    text: lines(count).join('\n\n'),
    source: 'eng_Latn',
    target: 'fra_Latn',
  });
  let deltas = 0;
  const heard = await talk(
    [
      { type: 'write', id: 1, job: translation(500) },
      { type: 'write', id: 2, job: translation(1) },
    ],
    (message) => (message.type === 'delta' && (deltas += 1) === 5 ? { type: 'abort', id: 1 } : undefined),
  );
  const first = heard.filter(({ id }) => id === 1);
  expect(first.at(-1)).toEqual({ type: 'aborted', id: 1 });
  expect(first.length).toBeLessThan(100);
  expect(heard.at(-1)).toMatchObject({ type: 'done', id: 2, finishReason: 'stop' });
});

test('stories are written in the order asked, one at a time; one aborted in the queue never begins', async () => {
  const heard = await talk(
    [1, 2, 3].map((id) => ({ type: 'write', id, job })),
    (message) => (message.type === 'delta' && message.id === 1 ? { type: 'abort', id: 2 } : undefined),
  );
  expect(heard.filter(({ id }) => id === 2)).toEqual([{ type: 'aborted', id: 2 }]);
  const order = heard.map(({ id }) => id);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(heard.at(-1)).toMatchObject({ type: 'done', id: 3, finishReason: 'stop' });
});
