export { createSocketServer, type SocketServer } from './socket-server.ts';
