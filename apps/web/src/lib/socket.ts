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
