import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from './index.ts';

describe('the log', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function listen() {
    const lines: Array<Record<string, unknown>> = [];
    const log = createLog('info', 'test', { write: (line) => void lines.push(JSON.parse(line) as never) });
    return { log, lines, messages: () => lines.map(({ msg, suppressed }) => [msg, suppressed]) };
  }

  it('says a repeated warning once, and then how often it came again', () => {
    const { log, messages } = listen();
    for (let n = 0; n < 100; n += 1) log.warn({ err: `lost ${n}` }, 'bus messages lost');
    log.child({ reqId: 'x' }).warn('bus messages lost');
    expect(messages()).toEqual([['bus messages lost', undefined]]);
    vi.advanceTimersByTime(5000);
    expect(messages()).toEqual([
      ['bus messages lost', undefined],
      ['bus messages lost', 100],
    ]);
    log.warn('bus messages lost');
    expect(messages()).toHaveLength(3);
    vi.advanceTimersByTime(60_000);
    expect(messages()).toHaveLength(3);
  });

  it('keeps what is not the same: another message, another error, another level, and what only informs', () => {
    const { log, lines } = listen();
    log.error({ err: new Error('one') }, 'request failed');
    log.error({ err: new Error('two') }, 'request failed');
    log.warn({ err: new Error('two') }, 'request failed');
    log.error({ err: new Error('two') }, 'job handler failed');
    log.info('started');
    log.info('started');
    expect(lines).toHaveLength(6);
  });
});
