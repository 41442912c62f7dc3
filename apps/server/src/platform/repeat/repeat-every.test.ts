import { describe, expect, it } from 'vitest';
import { deferred, until } from '../../testing/until.ts';
import { createLog } from '../log/index.ts';
import { repeatEvery } from './repeat-every.ts';

const options = { log: createLog('silent', 'test'), failure: 'failed' };

describe('work that is repeated', () => {
  it('is never done twice at the same time, and goes on after a failure', async () => {
    let running = 0;
    let most = 0;
    let times = 0;
    const repeated = repeatEvery(
      1,
      async () => {
        running += 1;
        times += 1;
        most = Math.max(most, running);
        // Longer than the interval.
        for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (times === 2) throw new Error('the second time');
      },
      options,
    );
    await until(() => times >= 4);
    await repeated.close();
    expect({ most, running }).toEqual({ most: 1, running: 0 });
  });

  it('is waited for when it closes', async () => {
    const [began, goOn] = [deferred<void>(), deferred<void>()];
    const order: string[] = [];
    const repeated = repeatEvery(
      1,
      async () => {
        began.resolve();
        await goOn.promise;
        order.push('worked');
      },
      options,
    );
    await began.promise;
    const closed = repeated.close().then(() => order.push('closed'));
    goOn.resolve();
    await closed;
    expect(order).toEqual(['worked', 'closed']);
  });
});
