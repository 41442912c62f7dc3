import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { createZipWriter } from './export.ts';
import { readZip } from './read-zip.ts';
import { openSpool } from './spool.ts';

describe('a ZIP of an export', () => {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-export-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const limits = { bytes: 2000, entries: 3 };
  const refusal = { code: 'payload_too_large', message: expect.stringContaining('3 files. Download images') as string };

  async function write(files: Array<[string, Uint8Array[]]>) {
    const file = await openSpool(folder);
    try {
      const zip = createZipWriter(file, limits);
      for (const [name, parts] of files) await zip.add(name, parts);
      const bytes = new Uint8Array(await zip.end());
      await file.read(bytes, 0, bytes.length, 0);
      return Object.keys(unzipSync(bytes));
    } finally {
      await file.close();
    }
  }
  const noise = (length: number) => crypto.getRandomValues(new Uint8Array(length));

  it('is refused before it holds more files than a ZIP can count', async () => {
    const names = ['a', 'b', 'c', 'd'].map((name): [string, Uint8Array[]] => [name, [noise(1)]]);
    expect(await write(names.slice(1))).toEqual(['b', 'c', 'd']);
    await expect(write(names)).rejects.toMatchObject(refusal);
  });

  it('is refused before it is larger than a ZIP can say, packed or unpacked', async () => {
    expect(await write([['images/a', [noise(1500)]]])).toEqual(['images/a']);
    await expect(
      write([
        ['images/a', [noise(1500)]],
        ['images/b', [noise(600)]],
      ]),
    ).rejects.toMatchObject(refusal);
    const zeros = new Uint8Array(1001);
    await expect(write([['contents.ndjson', [zeros, zeros]]])).rejects.toMatchObject(refusal);
  });
});

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
