import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../testing/until.ts';
import { createStorage, type Storage, StorageError } from './index.ts';
import { type FakeS3, startFakeS3 } from './testing/fake-s3.ts';

const folder = mkdtempSync(join(tmpdir(), 'octavo-storage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let s3: FakeS3;
const s3Settings = (endpoint: string, accessKeyId = 'octavo') => ({
  folder: join(folder, 'unused'),
  s3: {
    bucket: 'images',
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey: 'secret' },
  },
});
beforeAll(async () => {
  s3 = await startFakeS3('octavo');
});
afterAll(() => s3.close());

describe.each([
  ['disk', () => createStorage({ folder: join(folder, 'disk'), s3: undefined })],
  ['S3', () => createStorage(s3Settings(s3.url))],
])('a store on %s', (_name, create) => {
  let storage: Storage;
  beforeAll(async () => {
    storage = await create();
  });

  it('gives back what it was given, whole and as a stream', async () => {
    const bytes = randomBytes(3_000_000);
    await storage.put('ab/one', bytes, 'image/png');
    expect((await storage.read('ab/one')).equals(bytes)).toBe(true);
    const chunks: Buffer[] = [];
    for await (const chunk of await storage.open('ab/one')) chunks.push(chunk as Buffer);
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  it('replaces, keeps nothing as nothing, and deletes once or twice', async () => {
    await storage.put('ab/two', Buffer.from('long words'), 'image/png');
    await storage.put('ab/two', Buffer.from('short'), 'image/png');
    expect((await storage.read('ab/two')).toString()).toBe('short');
    await storage.put('ab/empty', Buffer.alloc(0), 'image/png');
    expect(await storage.read('ab/empty')).toHaveLength(0);
    await storage.delete('ab/two');
    await storage.delete('ab/two');
    await expect(storage.read('ab/two')).rejects.toThrow(StorageError);
    await expect(storage.open('ab/two')).rejects.toThrow('cannot read ab/two');
    await storage.removeIncomplete();
  });

  it('lets a reader that loses interest go', async () => {
    await storage.put('ab/three', randomBytes(3_000_000), 'image/png');
    const stream = await storage.open('ab/three');
    for await (const chunk of stream) {
      expect((chunk as Buffer).length).toBeGreaterThan(0);
      break;
    }
    expect(stream.destroyed).toBe(true);
  });
});

describe('a store on disk', () => {
  it('shows its files to nobody else on the machine', async () => {
    const storage = await createStorage({ folder: join(folder, 'modes'), s3: undefined });
    await storage.put('ab/file', Buffer.from('x'), 'image/png');
    expect(statSync(join(folder, 'modes/ab/file')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'modes/ab')).mode & 0o777).toBe(0o700);
  });

  it('holds only whole files after its writer was killed, and tidies up what was aside', async () => {
    const place = join(folder, 'killed');
    await mkdir(place);
    const aside = join(place, '.incomplete');
    const writers = [1, 2, 3].map(() => fork(join(import.meta.dirname, 'testing/put-files.ts'), [place]));
    await Promise.all(writers.map((writer) => once(writer, 'message')));
    const named = async (): Promise<string[]> => (await readdir(place)).filter((name) => name !== '.incomplete');
    // In the middle of something: files are there, and others are being written.
    await until(async () => (await named()).length > 5 && (await readdir(aside)).length > 0);
    const exits = writers.map((writer) => once(writer, 'exit'));
    for (const writer of writers) writer.kill('SIGKILL');
    await Promise.all(exits);

    const files = await named();
    expect(files.length).toBeGreaterThan(5);
    for (const name of files) {
      expect(
        createHash('sha256')
          .update(await readFile(join(place, name)))
          .digest('hex'),
      ).toBe(name);
    }
    const storage = await createStorage({ folder: place, s3: undefined });
    await writeFile(join(aside, 'old'), 'half');
    await writeFile(join(aside, 'new'), 'being written');
    utimesSync(join(aside, 'old'), new Date(), new Date(Date.now() - 3_700_000));
    await storage.removeIncomplete();
    expect(await readdir(aside)).not.toContain('old');
    expect(await readdir(aside)).toContain('new');
  });
});

describe('a store on S3', () => {
  it('sends the type along and signs with the key it was given', async () => {
    const storage = await createStorage(s3Settings(s3.url));
    await storage.put('ab/typed', Buffer.from('x'), 'image/webp');
    expect(s3.objects.get('images/ab/typed')).toEqual({ bytes: Buffer.from('x'), contentType: 'image/webp' });
    const stranger = await createStorage(s3Settings(s3.url, 'stranger'));
    await expect(stranger.put('ab/typed', Buffer.from('y'), 'image/webp')).rejects.toThrow(StorageError);
  });

  it('gives up on a bucket that does not answer', async () => {
    const silent = await startFakeS3('octavo');
    const storage = await createStorage(s3Settings(silent.url), { timeoutMs: 300 });
    const patient = await createStorage(s3Settings(silent.url));
    await patient.put('ab/one', Buffer.from('x'), 'image/png');
    silent.hang();
    const calls = [
      storage.put('ab/one', Buffer.from('y'), 'image/png'),
      storage.read('ab/one'),
      storage.open('ab/one'),
      storage.delete('ab/one'),
    ];
    await Promise.all(calls.map((call) => expect(call).rejects.toThrow(StorageError)));
    await silent.close();
  });
});
