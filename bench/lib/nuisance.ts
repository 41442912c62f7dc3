import { connect, type Socket } from 'node:net';

/**
 * A process that bothers a server until it is killed: two hundred connections that send their headers a byte at a time,
 * and four that send bodies of 100 MB, one after the other. Each that is closed is opened again, after the time that
 * takes over a network: on one machine whoever opens thousands a second would measure only its own appetite for cores.
 */
const [url = '', token = ''] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const roundTripMs = 20;

function open(begin: (socket: Socket) => void): void {
  const socket = connect(Number(port), hostname, () => begin(socket));
  socket.on('error', () => undefined).resume();
  socket.on('close', () => setTimeout(open, roundTripMs, begin));
}

for (let n = 0; n < 200; n += 1) {
  open((socket) => {
    socket.write('GET /api/health HTTP/1.1\r\nhost: x\r\nx-slow: ');
    const drip = setInterval(() => socket.write('a'), 500);
    socket.on('close', () => clearInterval(drip));
  });
}

const piece = Buffer.alloc(65_536, 32);
const head = [
  'POST /api/content HTTP/1.1',
  'host: x',
  `authorization: Bearer ${token}`,
  'content-type: application/json',
  'content-length: 104857600',
];
for (let n = 0; n < 4; n += 1) {
  open((socket) => {
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const pour = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', pour);
    pour();
  });
}
