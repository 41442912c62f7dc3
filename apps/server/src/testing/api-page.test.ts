import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from './server.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/api.md'), 'utf8');
/** The shell blocks of the page, by the heading above them. */
const blocks = new Map(
  Array.from(page.matchAll(/^## (.+)\n[^]*?^```sh\n([^]*?)^```$/gm), ([, heading = '', code = '']) => [heading, code]),
);

/** The page is read from its top to its end, in one folder. */
describe('the page of the API', () => {
  let server: TestServer;
  let folder: string;
  let token: string;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    token = (await server.signUp()).session.access_token;
    folder = mkdtempSync(join(tmpdir(), 'octavo-page-'));
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(heading: string): Promise<string> {
    const code = blocks.get(heading);
    if (code === undefined) throw new Error(`there is no “${heading}” on the page`);
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', blocks.get('Begin') + code], {
      cwd: folder,
      env: { ...process.env, URL: server.url, TOKEN: token },
      timeout: 170_000,
    });
    return stdout;
  }

  it('has an example for each kind, and no other', () => {
    expect([...blocks.keys()]).toEqual(['Begin', ...Object.keys(cases)]);
  });

  const cases: Record<string, (shown: string) => void | Promise<void>> = {
    'A text': (shown) => {
      expect(shown).toContain('event: completed');
      expect(shown.trim().split('\n').at(-1)).toMatch(/\w/);
    },
    'A story': (shown) => expect(shown).toMatch(/^# .+\n\n(.+\n\n){3}.+/),
    'An image': async () => {
      expect((await sharp(join(folder, 'tea.img')).metadata()).width).toBeGreaterThan(320);
      expect(await sharp(join(folder, 'small.webp')).metadata()).toMatchObject({ format: 'webp' });
    },
    'The description of an image': (shown) => expect(shown).toMatch(/\w+ \w+/),
    'A translation': (shown) => expect(shown).toMatch(/^# .+\n\n.*\{\{name\}\}/),
    'A batch': (shown) => expect(shown.trim().split(/\r?\n(?=Porto|Quito)/)).toHaveLength(3),
    'What you have': (shown) => {
      expect(shown).toContain('Tea');
      expect(readFileSync(join(folder, 'tea.html'), 'utf8')).toContain('<h1>Tea</h1>');
    },
    'What you delete': (shown) => expect(shown).toBe('Té\n0\n'),
  };

  it.each(Object.entries(cases))('%s', async (heading, check) => check(await run(heading)));
});
