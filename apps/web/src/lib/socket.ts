import type { ClientToServerEvents, ServerToClientEvents } from '@octavo/contracts';
import { useSyncExternalStore } from 'react';
import { io, type Socket } from 'socket.io-client';
import { client } from './client.ts';
import { keepConnected } from './keep-connected.ts';

/** One socket for the whole studio; it brings a fresh token each time it connects. */
export const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
  autoConnect: false,
  transports: ['websocket', 'polling'],
  auth: (give) => {
    client.accessToken().then(
      (token) => give({ token }),
      () => give({}),
    );
  },
});

export const connection = keepConnected(socket);

/**
 * Calls `listener` when anything of a generation but its words has changed, and when that may have been missed.
 * @returns what ends it
 */
export function onGenerationChange(listener: () => void): () => void {
  const onEvent = ({ type }: { type: string }): void => {
    if (type !== 'delta') listener();
  };
  socket.on('generation:event', onEvent);
  socket.on('generation:resync', listener);
  socket.on('connect', listener);
  return () => {
    socket.off('generation:event', onEvent);
    socket.off('generation:resync', listener);
    socket.off('connect', listener);
  };
}

export function useIsConnected(): boolean {
  return useSyncExternalStore(
    (listener) => {
      socket.on('connect', listener);
      socket.on('disconnect', listener);
      return () => {
        socket.off('connect', listener);
        socket.off('disconnect', listener);
      };
    },
    () => socket.connected,
  );
}
