import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContentView } from '@octavo/contracts';
import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../apps/server/src/testing/server.ts';
import { until } from '../../apps/server/src/testing/until.ts';
import { password } from '../lib/cast.ts';
import { fillPath, readOperations, sampleOf } from '../lib/openapi.ts';
import { openPage, type Seen, startBrowser } from './watch.ts';

describe('pages, our own and those of others', () => {
  let server: TestServer;
  let user: TestUser;
  let browser: Browser;
  let page: Page;
  let seen: Seen;
  let evil: Server;
  let evilUrl: string;
  let base: string;
  /** What the page on the other origin holds. */
  let evilPage = '';

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    base = server.url.replace('127.0.0.1', 'localhost');
    user = await server.signUp('victim@example.org');
    evil = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(evilPage)).listen(
      0,
      '127.0.0.1',
    );
    await once(evil, 'listening');
    evilUrl = `http://evil.test:${(evil.address() as AddressInfo).port}/`;
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    evil?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    ({ page, seen } = await openPage(browser));
  });
  afterEach(() => page?.context().close());

  async function signIn(): Promise<void> {
    await page.goto(`${base}/login`);
    await page.getByLabel('E-mail').fill('victim@example.org');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'New piece' }).first().waitFor();
  }

  /** Everything that a request could change, and what is left of the budget of this network. */
  async function state() {
    const rows = [];
    for (const table of ['users', 'refresh_tokens', 'contents', 'generations', 'media']) {
      rows.push(await server.database.query(`SELECT * FROM ${table} ORDER BY 1`));
    }
    const left = Number((await fetch(`${server.url}/api/health`)).headers.get('ratelimit-remaining'));
    return { rows, left };
  }

  it('the studio breaks its own policy nowhere: no inline script, no text turned into markup', async () => {
    const answer = await page.goto(base);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script';trusted-types 'none'");
    expect(policy).not.toContain('unsafe-eval');
    await signIn();
    await page.getByRole('link', { name: 'New piece' }).first().click();
    await page.getByLabel('Title').fill('Tea');
    await page.getByLabel('Prompt').fill('The history of tea');
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.getByTestId('status').and(page.locator('[data-status="completed"], [data-status="failed"]')).waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Text' }).fill('# New\n\nwords');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'New' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(seen.violations).toEqual([]);
    expect(seen.errors).toEqual([]);
    // And it is in force: what it forbids does not work.
    const forbidden = await page.evaluate(() =>
      [() => (document.body.innerHTML += '<b>x</b>'), () => (document.createElement('script').text = '1')].map(
        (work) => {
          try {
            work();
            return 'worked';
          } catch (error) {
            return (error as Error).name;
          }
        },
      ),
    );
    expect(forbidden).toEqual(['TypeError', 'TypeError']);
  });

  it('the reference at /docs keeps to its policy as well, and shows the routes', async () => {
    const answer = await page.goto(`${base}/docs`);
    expect(answer?.headers()['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
    await page.getByText('/api/content/generate').first().waitFor();
    expect(seen.violations).toEqual([]);
  });

  it('no other page can put the studio into a frame', async () => {
    evilPage = ['/', '/docs', '/api/health', '/api/openapi.json']
      .map((path) => `<iframe src="${base}${path}"></iframe>`)
      .join('');
    await page.goto(evilUrl);
    await page.waitForLoadState('networkidle');
    const frames = page.frames().filter((frame) => frame !== page.mainFrame());
    expect(frames).toHaveLength(4);
    for (const frame of frames) expect(frame.url()).toBe('chrome-error://chromewebdata/');
  });

  it('no other page can read an answer or change anything for whoever is signed in here', async () => {
    await signIn();
    // There is nothing a browser would send along by itself.
    expect(await page.context().cookies()).toEqual([]);
    const operations = (await readOperations(server.url)).filter(({ method }) => method !== 'GET');
    expect(operations.length).toBeGreaterThan(8);
    const { body } = await user.call<ContentView>('POST', '/api/content', {
      title: 'Mine',
      contentType: 'blog',
      generatedText: 'untouched',
    });
    // What follows is counted by a limit whose window must not end meanwhile.
    const secondsLeft = async () => Number((await fetch(`${server.url}/api/health`)).headers.get('ratelimit-reset'));
    await until(async () => (await secondsLeft()) > 30, 60_000);
    const before = await state();
    evilPage = '<p>hello</p>';
    await page.goto(evilUrl);
    const readable = await page.evaluate(
      async ({ base, requests }) => {
        const readable: string[] = [];
        for (const { method, path, body } of requests) {
          for (const type of [
            'text/plain',
            'application/x-www-form-urlencoded',
            'multipart/form-data; boundary=x',
            'application/json',
          ]) {
            for (const mode of ['no-cors', 'cors'] as const) {
              try {
                const answer = await fetch(base + path, {
                  method,
                  body,
                  mode,
                  credentials: 'include',
                  headers: { 'content-type': type },
                });
                if (answer.type !== 'opaque') readable.push(`${method} ${path} ${type} ${mode}`);
              } catch {
                // Not let through.
              }
            }
          }
        }
        return readable;
      },
      {
        base,
        requests: operations.map((operation) => ({
          method: operation.method,
          path: fillPath(operation, () => body.data.id),
          body: JSON.stringify(
            operation.body
              ? sampleOf(operation.body, {
                  contentType: 'blog',
                  title: 'Stolen',
                  prompt: 'x',
                  email: 'csrf@example.org',
                })
              : {},
          ),
        })),
      },
    );
    expect(readable).toEqual([]);
    // They have arrived, those without a question (preflight) before them, and all was as before.
    const simple = operations.filter(({ method }) => method === 'POST').length;
    const after = await state();
    expect(before.left - after.left).toBeGreaterThan(simple * 3);
    expect(after.rows).toEqual(before.rows);
    // Nor does a form, which needs no script.
    evilPage = `<form method="post" enctype="text/plain" action="${base}/api/content/generate"><input name='{"title":"x","contentType":"blog","prompt":"' value='"}'><button>go</button></form>`;
    await page.goto(evilUrl);
    const [response] = await Promise.all([
      page.waitForResponse(`${base}/api/content/generate`),
      page.getByRole('button').click(),
    ]);
    expect(response.status()).toBe(401);
  });

  it('answers say nothing to other origins, and set no cookie', async () => {
    for (const { method, path } of await readOperations(server.url)) {
      const answer = await fetch(server.url + path.replaceAll(/\{\w+\}/g, 'x'), {
        method,
        headers: { origin: 'http://evil.test' },
      });
      await answer.body?.cancel();
      expect([path, answer.headers.get('set-cookie')]).toEqual([path, null]);
      expect([path, answer.headers.get('access-control-allow-origin')]).toEqual([path, null]);
      expect([path, answer.headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
      expect([path, answer.headers.get('x-request-id')?.length]).toEqual([path, 36]);
      expect([
        path,
        answer.headers.get('content-security-policy')?.includes("frame-ancestors 'none'") ?? false,
      ]).toEqual([path, true]);
    }
    const preflight = await fetch(`${server.url}/api/content`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://evil.test',
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('https is demanded once the operator says that there is https', async () => {
    expect((await fetch(server.url)).headers.get('strict-transport-security')).toBeNull();
    const behindTls = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0, env: { HSTS: 'on' } });
    const header = (await fetch(behindTls.url)).headers.get('strict-transport-security');
    await behindTls.stop();
    expect(header).toBe('max-age=63072000');
  });
});
