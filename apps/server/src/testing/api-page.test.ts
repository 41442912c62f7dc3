import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { ServerToClientEvents } from '@octavo/contracts';
import { faults } from '@octavo/sandbox';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from './server.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/api.md'), 'utf8');
const modules = resolve(import.meta.dirname, '../../../../node_modules');
/** The shell blocks of the page, by the heading above them. */
const blocks = new Map(
  Array.from(page.matchAll(/^## (.+)\n[^]*?^```sh\n([^]*?)^```$/gm), ([, heading = '', code = '']) => [heading, code]),
);

const events = Object.keys({
  'content:generation:started': true,
  'content:generation:completed': true,
  'content:generation:failed': true,
  'generation:event': true,
  'generation:resync': true,
  'session:expired': true,
} satisfies Record<keyof ServerToClientEvents, true>);

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

  async function run(heading: string, more = ''): Promise<string> {
    const code = blocks.get(heading);
    if (code === undefined) throw new Error(`there is no “${heading}” on the page`);
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-euo', 'pipefail', '-c', blocks.get('Begin') + code + more],
      {
        cwd: folder,
        env: { ...process.env, URL: server.url, TOKEN: token, NODE_PATH: modules },
        timeout: 170_000,
      },
    );
    return stdout;
  }

  it('has an example for each kind, and no other', () => {
    expect([...blocks.keys()]).toEqual(['Begin', ...Object.keys(cases)]);
  });

  const cases: Record<string, (shown: string) => void | Promise<void>> = {
    'An API key': (shown) => {
      const [email, key] = shown.trim().split('\n');
      expect([email, key]).toEqual(['me@example.org', expect.stringMatching(/^octavo_/)]);
      token = key!;
    },
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
    'A batch': (shown) => {
      expect(shown).toMatch(/^completed\n/);
      expect(shown.trim().split(/\r?\n(?=Porto|Quito)/)).toHaveLength(3);
    },
    'What you have': (shown) => {
      expect(shown).toContain('Tea');
      expect(readFileSync(join(folder, 'tea.html'), 'utf8')).toContain('<h1>Tea</h1>');
    },
    'What you delete': (shown) => expect(shown).toBe('Té\n0\n'),
    'Live events': (shown) => {
      const lines = shown.trim().split('\n');
      expect([lines[0], lines.at(-1)]).toEqual(['connected', 'written: Live']);
      expect(lines.map((line) => line.split(' ')[0])).toEqual(
        expect.arrayContaining(['queued', 'started', 'delta', 'completed']),
      );
    },
    'Instead of webhooks': (shown) => expect(shown).toMatch(/^[\da-f-]{36} Live\n[^]*completed\n$/),
    'Failures on request': (shown) => {
      const kinds = ['queued', 'started', 'retrying', 'started', 'completed'].map((kind) => `event: ${kind}\n`);
      expect(shown.slice(0, kinds.join('').length)).toBe(kinds.join(''));
      expect(shown.trim().split('\n').at(-1)).toMatch(/\w+ \w+/);
    },
  };

  it('shows what went wrong', async () => {
    const failure = run('Begin', 'post content/generate \'{"title":""}\' | json jobId').catch(
      (error: unknown) => error,
    );
    expect(await failure).toMatchObject({ stderr: expect.stringMatching(/body\.title must not be empty/) });
  });

  it('names every fault that can be asked for, and every event', () => {
    for (const word of [...faults, ...events]) expect(page).toContain(`\`${word}\``);
  });

  it.each(Object.entries(cases))('%s', async (heading, check) => check(await run(heading)));
});
