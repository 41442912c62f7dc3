import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../log/index.ts';
import { type App, createApp } from './app.ts';
import { serveStudio } from './studio.ts';

describe('the studio', () => {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-studio-'));
  let app: App;
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<title>Studio</title>');
    writeFileSync(join(folder, 'assets/index-abc.js'), 'run()');
    app = await createApp({
      log: createLog('silent', 'test'),
      corsOrigins: [],
      trustProxy: false,
      hsts: false,
      version: 'test',
    });
    await serveStudio(app, folder);
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (url: string, accept?: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') =>
    app.inject({ method, url, headers: accept === undefined ? {} : { accept } });

  it.each([
    ['/', undefined],
    ['/', '*/*'],
    ['/', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'],
    ['/?from=mail', '*/*'],
    ['/content/0198c0de', '*/*'],
    ['/content/a.b', 'text/html'],
  ])('is the page at %s for Accept: %s', async (url, accept) => {
    const page = await ask(url, accept);
    expect([page.statusCode, page.body, page.headers['cache-control']]).toEqual([
      200,
      '<title>Studio</title>',
      'no-cache',
    ]);
    const head = await ask(url, accept, 'HEAD');
    expect([head.statusCode, head.body, head.headers['content-type']]).toEqual([200, '', page.headers['content-type']]);
  });

  it.each([
    ['/', 'application/json', 'GET'],
    ['/missing.png', '*/*', 'GET'],
    ['/assets/index-old.js', '*/*', 'GET'],
    ['/api/nothing', '*/*', 'GET'],
    ['/api/nothing', 'text/html', 'GET'],
    ['/', '*/*', 'POST'],
  ] as const)('is not at %s for Accept: %s (%s)', async (url, accept, method) => {
    const answer = await ask(url, accept, method);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'not_found']);
  });
});
