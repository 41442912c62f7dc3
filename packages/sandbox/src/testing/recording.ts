import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Answers recorded from the real services; they are not ours to ship, so they lie beside the repository. */
const folder = process.env['OCTAVO_WIRE'] ?? join(import.meta.dirname, '../../../../../shared/wire');

export const hasRecordings = existsSync(join(folder, 'xai-text.json'));
if (!hasRecordings) {
  console.warn(
    `\n*** No recordings in ${folder}: the sandbox is NOT compared with the real services. Set OCTAVO_WIRE. ***\n`,
  );
}

type Json = { [key: string]: unknown };

export function recordedJson(name: string): Json {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Json;
}

/** One JSON value a line: the `data:` of one event each. */
export function recordedChunks(name: string): Json[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Json);
}
