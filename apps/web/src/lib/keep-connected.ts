import type { Socket } from 'socket.io-client';

const againMs = 2000;

/**
 * Keeps a socket connected from `start` to `stop`, also where the library does not come back by itself: when the
 * server closed the socket (its token has expired) and when it refused it.
 */
export function keepConnected(socket: Pick<Socket, 'on' | 'connect' | 'disconnect' | 'active'>) {
  let isWanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  socket.on('disconnect', (reason) => {
    if (isWanted && reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', () => {
    if (!isWanted || socket.active) return;
    clearTimeout(timer);
    timer = setTimeout(() => socket.connect(), againMs);
  });
  return {
    start(): void {
      isWanted = true;
      socket.connect();
    },
    stop(): void {
      isWanted = false;
      clearTimeout(timer);
      socket.disconnect();
    },
  };
}
