import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { startSandbox } from '../index.ts';
import { ask, upstreams } from '../testing/ask.ts';

it('holds no more memory after 10,000 requests than after 1,000', { timeout: 300_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const sandbox = await startSandbox({ tokensPerSecond: 0 });
  let sent = 0;
  async function send(count: number): Promise<number> {
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (let index = 0; index < count / 20; index++) {
          const number = sent++;
          const fault = ['ok', 'empty', '429 times=1', 'garbage', 'ok words=60'][number % 5];
          await ask(sandbox.url, upstreams[number % 4]!, `Tea ${number} [sandbox:${fault}]`, {
            stream: number % 3 > 0,
          });
        }
      }),
    );
    collectGarbage();
    return process.memoryUsage().heapUsed;
  }
  const early = await send(1000);
  const late = await send(9000);
  await sandbox.close();
  // The digests of the prompts with `times=` are all that may grow, and they have a limit of their own.
  expect(late - early).toBeLessThan(8_000_000);
});
