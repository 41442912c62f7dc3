import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, inject, it } from 'vitest';
import { createTestDatabase } from '../testing/database.ts';

const main = resolve(import.meta.dirname, '../main.ts');

/** Says on the error output, once each, which packages the process loads. */
const reportPackages = `
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  const known = new Set();
  registerHooks({
    load(url, context, next) {
      const name = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
      if (name !== undefined && !known.has(name)) writeSync(2, 'loaded ' + name + '\\n');
      known.add(name);
      return next(url, context);
    },
  });
`;

/** The packages that a role has loaded when it is ready. */
async function packagesOf(role: string): Promise<Set<string>> {
  const database = await createTestDatabase(inject('serverUrl'));
  const dataFolder = mkdtempSync(join(tmpdir(), 'octavo-packages-'));
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(reportPackages)}`, main, role],
    {
      env: {
        DATABASE_URL: database.url,
        OCTAVO_DATA: dataFolder,
        LOCAL_SERVER_DISCOVERY: 'off',
        LOG_LEVEL: 'silent',
        PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  try {
    const isReady = await new Promise<boolean>((done) => {
      child.stdout.once('data', () => done(true));
      child.once('exit', () => done(false));
    });
    expect(isReady, said).toBe(true);
  } finally {
    // What it has said up to now is still to be read.
    const closed = new Promise((done) => child.once('close', done));
    child.kill('SIGKILL');
    await closed;
    await database.drop();
    rmSync(dataFolder, { recursive: true, force: true });
  }
  return new Set(Array.from(said.matchAll(/^loaded (.+)$/gm), ([, name]) => name ?? ''));
}

/** Large ones that an idle process has no use for; they come when the first image, mail, address or text needs them. */
const whenNeeded = [
  'sharp',
  'undici',
  'nodemailer',
  'eld',
  'ai',
  '@ai-sdk/xai',
  '@ai-sdk/google',
  '@ai-sdk/openai-compatible',
  '@ai-sdk/provider-utils',
  '@pydantic/genai-prices',
  '@huggingface/transformers',
  '@simplewebauthn/server',
  '@aws-sdk/client-s3',
];

const webServer = ['fastify', '@fastify/static', '@fastify/swagger', '@fastify/multipart', 'helmet', 'socket.io', 'ws'];

it('a worker loads no web server, and nothing large before it is needed', async () => {
  const packages = await packagesOf('worker');
  expect(packages).toContain('bullmq');
  expect([...whenNeeded, ...webServer].filter((name) => packages.has(name))).toEqual([]);
});

it('an api loads its web server, and nothing large before it is needed', async () => {
  const packages = await packagesOf('api');
  expect(webServer.filter((name) => !packages.has(name))).toEqual([]);
  expect(whenNeeded.filter((name) => packages.has(name))).toEqual([]);
});
