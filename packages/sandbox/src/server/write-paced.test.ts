import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writePaced } from './write-paced.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function startPaced({ isRead = true } = {}) {
  const written: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    destroyed: false,
    write: (text: string) => {
      written.push(text);
      return isRead;
    },
  });
  const controller = new AbortController();
  const done = writePaced({
    response: response as unknown as ServerResponse,
    tokens: ['a', 'b', 'c', 'd'],
    encode: (token) => token,
    tokensPerSecond: 10,
    delayMs: 0,
    gone: controller.signal,
  });
  return { written, response, controller, done };
}

describe('writePaced', () => {
  it('writes each token when it is due, with one timer', async () => {
    const { written, done } = startPaced();
    expect(written).toEqual([]);
    for (const expected of [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']]) {
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(100);
      expect(written).toEqual(expected);
    }
    await done;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when the client leaves', async () => {
    const { written, controller, done } = startPaced();
    vi.advanceTimersByTime(100);
    controller.abort(new Error('gone'));
    await expect(done).rejects.toThrow('gone');
    expect(vi.getTimerCount()).toBe(0);
    expect(written).toEqual(['a']);
  });

  it('does not drift: after a wait for a client that did not read, all that is due goes out and the rest keeps its time', async () => {
    const { written, response, done } = startPaced({ isRead: false });
    vi.advanceTimersByTime(350);
    expect(written).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(0);
    response.emit('drain');
    expect(written).toEqual(['a', 'bc']);
    response.emit('drain');
    vi.advanceTimersByTime(49);
    expect(written).toEqual(['a', 'bc']);
    vi.advanceTimersByTime(1);
    expect(written).toEqual(['a', 'bc', 'd']);
    await done;
  });
});
