import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readZip } from './read-zip.ts';

describe('reading a ZIP', () => {
  it('lets others work between the lines of one small chunk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'octavo-zip-'));
    const path = join(folder, 'export.zip');
    const lines = 10_000;
    const zip = zipSync({ 'contents.ndjson': strToU8('{"title":"Tea"}\n'.repeat(lines)) });
    expect(zip.length).toBeLessThan(16_384);
    await writeFile(path, zip);
    const file = await open(path);
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns += 1;
      timer = setImmediate(turn);
    });
    try {
      const seen: number[] = [];
      const limits = { totalBytes: 1e6, imageBytes: 1e6, lineBytes: 1e6 };
      for await (const part of readZip(file, limits, () => true)) {
        if ('line' in part) seen.push(turns);
      }
      expect(seen).toHaveLength(lines);
      expect(new Set(seen).size).toBeGreaterThan(50);
    } finally {
      clearImmediate(timer);
      await file.close();
      await rm(folder, { recursive: true });
    }
  });
});
