import { crc32, deflateSync } from 'node:zlib';

/** A PNG of black pixels, one bit each: 400 million of them are 49 KB. */
export function blackPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8);
  const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * height);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** Texts that make a careless regular expression try for ever. */
export const regexBombs = [
  `${'a'.repeat(5000)}!`,
  `${'a@'.repeat(2000)}`,
  `${'a.'.repeat(2000)}@`,
  `a@${'b.'.repeat(2000)}`,
  `a@${'-'.repeat(4000)}.com`,
  `"${'\\"'.repeat(2000)}@x.org`,
  `${' '.repeat(5000)}x`,
  `${'\t\n '.repeat(1500)}`,
  `${'0'.repeat(5000)}x`,
  `http://${'a'.repeat(3000)}:${'9'.repeat(900)}`,
  `${'%20'.repeat(1500)}%`,
  `[sandbox:${'a '.repeat(2000)}`,
  `${'{{'.repeat(2000)}`,
  `${'x,'.repeat(2000)};`,
];
