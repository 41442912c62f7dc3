/** What bytes are, by themselves: never by a name or a claimed type. */

export const acceptedKinds = ['jpeg', 'png', 'webp', 'avif', 'gif'] as const;
export type AcceptedKind = (typeof acceptedKinds)[number];

const starts = (bytes: Uint8Array, text: string, at = 0): boolean =>
  bytes.length >= at + text.length && [...text].every((char, n) => bytes[at + n] === char.charCodeAt(0));

const accepted: Record<AcceptedKind, (bytes: Uint8Array) => boolean> = {
  jpeg: (bytes) => starts(bytes, '\xff\xd8\xff'),
  png: (bytes) => starts(bytes, '\x89PNG\r\n\x1a\n'),
  webp: (bytes) => starts(bytes, 'RIFF') && starts(bytes, 'WEBP', 8),
  avif: (bytes) => brandsOf(bytes).some((brand) => brand === 'avif' || brand === 'avis'),
  gif: (bytes) => starts(bytes, 'GIF87a') || starts(bytes, 'GIF89a'),
};

export function acceptedKindOf(bytes: Uint8Array): AcceptedKind | undefined {
  return acceptedKinds.find((kind) => accepted[kind](bytes));
}

/** A name for what is not accepted, so that the refusal says what was sent. */
export function nameOfOtherKind(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 1024)).toString('latin1').replace(/^ï»¿/, '').trimStart().toLowerCase();
  if (isSvg(text)) return 'an SVG drawing';
  if (/^<!doctype html|^<html|^<head|^<body|^<script/.test(text)) return 'a web page (HTML)';
  if (text.startsWith('<?xml') || text.startsWith('<')) return 'an XML or HTML document';
  if (text.startsWith('%pdf-')) return 'a PDF document';
  if (text.startsWith('pk\x03\x04')) return 'a ZIP archive or an office document';
  if (brandsOf(bytes).some((brand) => ['heic', 'heix', 'mif1', 'hevc'].includes(brand))) return 'a HEIC image';
  if (starts(bytes, 'ftyp', 4)) return 'a video';
  if (starts(bytes, 'II*\0') || starts(bytes, 'MM\0*')) return 'a TIFF image';
  if (starts(bytes, 'BM')) return 'a BMP image';
  if (starts(bytes, '\0\0\x01\0')) return 'an icon (ICO)';
  if (starts(bytes, '\xff\x0a') || starts(bytes, 'JXL ', 4)) return 'a JPEG XL image';
  return 'not an image that can be read';
}

/** Piece by piece: one pattern for all of it takes exponentially long for a file made for that. */
function isSvg(text: string): boolean {
  for (let rest = text; ;) {
    const [before] = /^(?:<\?xml[^>]*>|<!--[^]*?-->|<!doctype svg[^>]*>)\s*/.exec(rest) ?? [];
    if (before === undefined) return /^<svg[\s>]/.test(rest);
    rest = rest.slice(before.length);
  }
}

/**
 * What else a file would be taken for by a program that opens it as such: a polyglot. Re-encoding takes the other
 * half out anyway; a file made to be two things is refused all the same, because nobody makes one by accident.
 */
export function secondNature(bytes: Buffer): string | undefined {
  // Readers of PDF look for the header in the first 1,024 bytes (ISO 32000-1, annex H), those of ZIP for the end record.
  if (bytes.subarray(0, 1024).includes('%PDF-')) return 'a PDF document';
  if (hasZipEnd(bytes)) return 'a ZIP archive';
  if (hasMarkup(bytes)) return 'a web page or a script';
  return undefined;
}

/** The end record stands last, followed only by a comment of the length that it names (APPNOTE 4.3.16). */
function hasZipEnd(bytes: Buffer): boolean {
  const tail = bytes.subarray(Math.max(0, bytes.length - 22 - 0xffff));
  for (let at = tail.indexOf('PK\x05\x06'); at !== -1; at = tail.indexOf('PK\x05\x06', at + 1)) {
    if (at + 22 <= tail.length && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return true;
  }
  return false;
}

const markup = /<(?:script|!doctype html|html[ >]|\?php )/i;
const longestMarkup = '<!doctype html'.length;
const sliceBytes = 1_048_576;

/** The words are long enough that compressed pixels do not hold one by chance. 20 MiB take some 20 ms. */
function hasMarkup(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    if (markup.test(bytes.toString('latin1', at, at + sliceBytes + longestMarkup))) return true;
  }
  return false;
}

/** Brands of an ISO media file: the first box is `ftyp`, with a major brand, a version, and compatible brands. */
function brandsOf(bytes: Uint8Array): string[] {
  if (bytes.length < 16 || !starts(bytes, 'ftyp', 4)) return [];
  const box = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = Math.min(box.readUInt32BE(0), box.length, 256);
  const brands = [box.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(box.toString('latin1', at, at + 4));
  return brands;
}
