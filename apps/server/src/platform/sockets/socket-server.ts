import type { Server as HttpServer } from 'node:http';
import type { ClientToServerEvents, ServerToClientEvents } from '@octavo/contracts';
import { Server } from 'socket.io';
import { AccessTokenError } from '../crypto/index.ts';
import type { Caller, Identify, WatchCaller } from '../http/index.ts';

/** What a client of ours sends is nothing at all; a few are forgiven to those who try things out. */
const maxPackets = 20;

type EventName = keyof ServerToClientEvents;

export interface SocketServer {
  /** Whether anybody of this user is connected to this process. */
  hasUser(userId: string): boolean;
  emitToUser<Name extends EventName>(
    userId: string,
    name: Name,
    ...payload: Parameters<ServerToClientEvents[Name]>
  ): void;
  broadcast<Name extends EventName>(name: Name, ...payload: Parameters<ServerToClientEvents[Name]>): void;
  close(): Promise<void>;
}

/**
 * Socket.IO on the API's HTTP server. Each process hears every bus message and emits to its own sockets, so no
 * Socket.IO adapter is needed between processes. A socket belongs to one user's room for as long as its access
 * token and its session live: then it is told `session:expired` and closed.
 */
export function createSocketServer(options: {
  httpServer: HttpServer;
  identify: Identify;
  watch: WatchCaller;
  corsOrigins: string[];
  now?: () => number;
}): SocketServer {
  const now = options.now ?? Date.now;
  const io = new Server<ClientToServerEvents, ServerToClientEvents, object, { caller: Caller }>(options.httpServer, {
    cors: { origin: options.corsOrigins },
    serveClient: false,
    // A client has nothing to say but its token.
    maxHttpBufferSize: 16_384,
    // For which it does not need long.
    connectTimeout: 10_000,
    pingInterval: 20_000,
    pingTimeout: 20_000,
  });

  io.use((socket, next) => {
    const token: unknown = socket.handshake.auth['token'];
    if (typeof token !== 'string' || token === '') return next(new Error('unauthorized'));
    options.identify(token).then(
      (caller) => {
        // Nothing is said to a socket that may not read.
        if (caller.by.kind === 'key' && !caller.by.scopes.includes('read')) return next(new Error('forbidden'));
        socket.data.caller = caller;
        next();
      },
      (error: unknown) => {
        const expired = error instanceof AccessTokenError && error.kind === 'expired';
        next(new Error(expired ? 'token_expired' : 'unauthorized'));
      },
    );
  });

  io.on('connection', (socket) => {
    const { userId, expiresAtMs } = socket.data.caller;
    // Everything it sends is for nothing, and costs us the reading.
    let packets = 0;
    socket.onAny(() => {
      packets += 1;
      if (packets > maxPackets) socket.disconnect(true);
    });
    void socket.join(roomOf(userId));
    const end = () => {
      socket.emit('session:expired');
      socket.disconnect(true);
    };
    const expiry = setTimeout(end, Math.max(0, expiresAtMs - now()));
    const unwatch = options.watch(socket.data.caller, end);
    socket.on('disconnect', () => {
      clearTimeout(expiry);
      unwatch();
    });
  });

  return {
    hasUser: (userId) => io.of('/').adapter.rooms.has(roomOf(userId)),
    emitToUser(userId, name, ...payload) {
      io.local.to(roomOf(userId)).emit(name, ...(payload as never));
    },
    broadcast(name, ...payload) {
      io.local.emit(name, ...(payload as never));
    },
    async close() {
      // Ends the sockets; the HTTP server itself is closed by whoever opened it.
      io.disconnectSockets(true);
      io.engine.close();
      await Promise.resolve();
    },
  };
}

function roomOf(userId: string): string {
  return `user:${userId}`;
}
