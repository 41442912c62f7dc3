import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepConnected } from './keep-connected.ts';

/** A socket whose server refuses it. */
class RefusedSocket extends EventEmitter {
  active = false;
  connects = 0;
  connect(): this {
    this.connects += 1;
    setTimeout(() => this.emit('connect_error', new Error('unauthorized')), 10);
    return this;
  }
  disconnect(): this {
    return this;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tries again while it is wanted, and never again after it was told to stop', () => {
  const socket = new RefusedSocket();
  const connection = keepConnected(socket as never);
  connection.start();
  vi.advanceTimersByTime(10_000);
  const tries = socket.connects;
  expect(tries).toBeGreaterThan(3);

  // Between a refusal and the next try.
  connection.stop();
  vi.advanceTimersByTime(60_000);
  expect(socket.connects).toBe(tries);

  // While a try is under way.
  connection.start();
  connection.stop();
  vi.advanceTimersByTime(60_000);
  expect(socket.connects).toBe(tries + 1);
  socket.emit('disconnect', 'io server disconnect');
  expect(socket.connects).toBe(tries + 1);
});
