import type { ClientToServerEvents, GenerationEvent, GenerationView, ServerToClientEvents } from '@octavo/contracts';
import { isTerminal } from '@octavo/contracts/names';
import type { Socket } from 'socket.io-client';
import { applyEvent, applySnapshot, type LiveText, nothingYet } from './live-text.ts';

export type OctavoSocket = Pick<Socket<ServerToClientEvents, ClientToServerEvents>, 'on' | 'off'>;

/** Asks for the snapshot this often although nothing seems to be missing: a message may be lost without a trace. */
const safetyMs = 10_000;
const firstDelayMs = 60;
const lastDelayMs = 3000;

/**
 * Follows a generation to its end: the snapshot first, then live words, and the snapshot again whenever something
 * was missed. Calls back with every change; the last call has a terminal status.
 * @returns the way to stop watching; it stops nothing else
 */
export function watchGeneration(options: {
  fetchSnapshot: () => Promise<GenerationView>;
  socket: OctavoSocket;
  generationId: string;
  onChange: (state: LiveText) => void;
  onError?: (error: unknown) => void;
}): () => void {
  const { socket, generationId } = options;
  let state = nothingYet;
  let buffer: GenerationEvent[] = [];
  let isSyncing = false;
  /** Asked for while one was under way: that one may have been too early. */
  let isWanted = false;
  let isOver = false;
  /** The timer is a repeat that was put off, and not the one for safety. */
  let isPutOff = false;
  let delayMs = firstDelayMs;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function update(next: LiveText): void {
    if (next === state) return;
    state = next;
    options.onChange(state);
    if (isTerminal(state.status)) stop();
  }

  /** Applies what has come in; stops at the first gap and keeps the rest for after the next snapshot. */
  function drain(): boolean {
    while (buffer.length > 0) {
      const { state: next, gap } = applyEvent(state, buffer[0]!);
      if (gap) return true;
      buffer.shift();
      update(next);
      if (isOver) return false;
    }
    return false;
  }

  async function sync(): Promise<void> {
    clearTimeout(timer);
    if (isOver) return;
    if (isSyncing) {
      isWanted = true;
      return;
    }
    isSyncing = true;
    isWanted = false;
    isPutOff = false;
    let isAgain = false;
    try {
      update(applySnapshot(state, await options.fetchSnapshot()));
      isAgain = drain();
      if (!isAgain) delayMs = firstDelayMs;
    } catch (error) {
      isAgain = true;
      options.onError?.(error);
    } finally {
      isSyncing = false;
    }
    if (isOver) return;
    isPutOff = isWanted || isAgain;
    // Live words run some 50 ms ahead of what the snapshot holds: ask again, a little later each time.
    timer = setTimeout(() => void sync(), isWanted ? 0 : isAgain ? delayMs : safetyMs);
    if (isAgain) delayMs = Math.min(delayMs * 2, lastDelayMs);
  }

  const onEvent = (event: GenerationEvent): void => {
    if (event.generationId !== generationId || isOver) return;
    buffer.push(event);
    // Words that come in while a repeat is put off wait for it: else each of them would be a request of its own.
    if (!isSyncing && drain() && !isPutOff) void sync();
  };
  const onReconnect = (): void => void sync();

  function stop(): void {
    isOver = true;
    buffer = [];
    clearTimeout(timer);
    socket.off('generation:event', onEvent);
    socket.off('generation:resync', onReconnect);
    socket.off('connect', onReconnect);
  }

  socket.on('generation:event', onEvent);
  socket.on('generation:resync', onReconnect);
  socket.on('connect', onReconnect);
  void sync();
  return stop;
}
