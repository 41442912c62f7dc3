import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { ContentView } from '@octavo/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import pg from 'pg';
import sharp from 'sharp';
import { startTestServer, type TestServer, type TestUser } from '../apps/server/src/testing/server.ts';
import { expectNothingRan } from './browser/expect-nothing-ran.ts';
import { type Seen, startBrowser, watch } from './browser/watch.ts';
import { fillPath, readOperations, sampleOf } from './lib/openapi.ts';
import { say, startUpstream, type Upstream } from './lib/upstream.ts';
import { until } from '../apps/server/src/testing/until.ts';

/** What each would do if it ran: call home, and say so. */
const act = `top.hit=1,fetch('http://evil.test/hit'),alert(1)`;
const markdown: Record<string, string> = {
  'a script': `<script>${act}</script>`,
  'an image with a handler': `<img src=x onerror="${act}">`,
  'a picture from elsewhere': `![x](http://evil.test/pixel.png)`,
  'a javascript: link': `[click](javascript:${encodeURIComponent(act)})`,
  'a javascript: link in odd letters': `[click](JaVaScRiPt:alert(1))`,
  'a javascript: link with a tab in it': `[click](<java\tscript:alert(1)>)`,
  'a javascript: link in entities': `[click](&#106;&#97;vascript&colon;alert(1))`,
  'a javascript: link by reference': `[click][x]\n\n[x]: javascript:alert(1)`,
  'a javascript: address in angle brackets': `<javascript:alert(1)>`,
  'a data: link': `[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)`,
  'a vbscript: link': `[click](vbscript:msgbox(1))`,
  'a javascript: image': `![x](javascript:alert(1))`,
  'SVG with a handler': `<svg onload="${act}"><animate onbegin="${act}" attributeName=x></svg>`,
  'SVG with a link': `<svg><a xlink:href="javascript:alert(1)"><text y="20">x</text></a></svg>`,
  'SVG use': `<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>#x"></svg>`,
  MathML: `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${act}&gt;">`,
  'MathML with a link': `<math><maction actiontype="statusline#http://evil.test" xlink:href="javascript:alert(1)">x</maction></math>`,
  'an iframe': `<iframe srcdoc="<script>parent.hit=1</script>"></iframe><iframe src="javascript:alert(1)"></iframe>`,
  'objects and embeds': `<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">`,
  'a form': `<form action="javascript:alert(1)"><button>x</button></form><button formaction="javascript:alert(1)">x</button>`,
  'details with a handler': `<details open ontoggle="${act}"><summary>x</summary></details>`,
  'styles that call home': `<style>@import 'http://evil.test/x.css'; body{display:none}</style><p style="background:url(http://evil.test/y)">x</p>`,
  'a base and a redirect': `<base href="http://evil.test/"><meta http-equiv="refresh" content="0;url=http://evil.test/">`,
  'noscript and mutation': `<noscript><p title="</noscript><img src=x onerror=${act}>">`,
  'namespaces turned over': `<form><math><mtext></form><form><mglyph><svg><mtext><textarea><path id="</textarea><img onerror=${act} src=1>">`,
  'comments turned over': `<!--><img src=x onerror=${act}>--><![CDATA[<img src=x onerror=${act}>]]>`,
  'a name that is taken (clobbering)': `<img name=cookie><form id=root><input name=attributes></form><a id=defaultView></a>`,
  'code with a language that is markup': '```"><img src=x onerror=alert(1)>\nx\n```',
  'a table cell': `| a |\n|---|\n| <img src=x onerror="${act}"> |`,
  'a footnote': `x[^"><img src=x onerror=alert(1)>]\n\n[^"><img src=x onerror=alert(1)>]: y`,
  'an address with quotes': `http://x.test/"onmouseover="alert(1)"x="`,
  'a template': '{{constructor.constructor("alert(1)")()}} ${alert(1)}',
};
const everything = Object.entries(markdown)
  .map(([name, text]) => `${name}\n\n${text}`)
  .join('\n\n');
const password = 'correct horse battery';

describe('in the browser', () => {
  let server: TestServer;
  let user: TestUser;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let seen: Seen;
  let upstream: Upstream;
  let evil: Server;
  let evilUrl: string;
  let base: string;
  /** What the page on the other origin holds. */
  let evilPage = '';

  beforeAll(async () => {
    upstream = await startUpstream((response) => say(response, `${prose}\n\n${everything}\n\n${prose}`));
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      env: { OPENAI_COMPATIBLE_BASE_URL: upstream.url, OPENAI_COMPATIBLE_MODEL: 'evil' },
    });
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
    evil.close();
    await server.stop();
    await upstream.close();
  });
  beforeEach(async () => {
    await context?.close();
    context = await browser.newContext({ locale: 'en-GB' });
    seen = await watch(context);
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
  });

  async function signIn(): Promise<void> {
    await page.goto(`${base}/login`);
    await page.getByLabel('E-mail').fill('victim@example.org');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'New piece' }).first().waitFor();
  }

  /** Everything that a request could change, and what is left of the budget of this network. */
  async function state() {
    const client = new pg.Client(server.database.url);
    await client.connect();
    const rows = [];
    for (const table of ['users', 'refresh_tokens', 'contents', 'generations', 'media']) {
      rows.push((await client.query(`SELECT * FROM ${table} ORDER BY 1`)).rows);
    }
    await client.end();
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

  it.each(Object.keys(markdown))('stored in a text by hand: %s', async (name) => {
    const { body } = await user.call<ContentView>('POST', '/api/content', {
      title: markdown[name]!.replaceAll('\n', ' ').slice(0, 190),
      prompt: markdown[name],
      contentType: 'blog',
      generatedText: `before\n\n${markdown[name]}\n\nafter`,
    });
    await page.addInitScript(
      (session) => localStorage.setItem('octavo.session', session),
      JSON.stringify(user.session),
    );
    await page.goto(`${base}/content/${body.data.id}`);
    await page.getByTestId('output').getByText('before').waitFor();
    await expectNothingRan(page, seen);
    for (const link of await page.getByTestId('output').locator('a').all()) {
      // A protocol that is not allowed leaves no address at all.
      // Without a scheme it stays on this server, whatever it says.
      expect((await link.getAttribute('href')) ?? '').toMatch(/^(https?:|mailto:|#|[^:]*$)/);
      expect(await link.getAttribute('rel')).toContain('noopener');
    }
  });

  it('written by a model, while it streams and when it is stored', async () => {
    await signIn();
    const { id, jobId } = await user.generate({
      prompt: everything,
      title: '<img src=x onerror=alert(1)>',
      provider: 'openai-compatible',
    });
    await page.goto(`${base}/content/${id}`);
    const view = await user.ended(jobId);
    expect(view.text).toContain('onerror');
    await page.reload();
    await page.getByTestId('output').getByText('tea ships').first().waitFor();
    await expectNothingRan(page, seen);
    await page.goto(base);
    await page.getByRole('link', { name: 'onerror' }).first().waitFor();
    await expectNothingRan(page, seen);
  });

  it('names of files and words for images', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const nasty = `"><img src=x onerror=${act}>.png`;
    const uploaded = (await user.upload(png, { name: nasty, alt: nasty })).body.data;
    const answer = await page.goto(server.url + uploaded.urls.large);
    expect(answer?.headers()['content-security-policy']).toBe("sandbox; default-src 'none'");
    expect(answer?.headers()['content-disposition']).not.toContain('onerror');
    expect(seen.dialogs).toEqual([]);
    // Markup that calls itself an image is not taken, so it is never served from here.
    for (const text of [
      `<svg xmlns="http://www.w3.org/2000/svg" onload="${act}"/>`,
      `<html><script>${act}</script>`,
      `GIF89a/*<script>${act}</script>*/=1`,
    ]) {
      const refused = await user.upload(Buffer.from(text), { name: 'a.png' });
      expect([400, 415, 422]).toContain(refused.status);
    }
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
    expect(await context.cookies()).toEqual([]);
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

/** Long and good enough for the quality gate. */
const prose = Array.from(
  { length: 24 },
  (_, n) =>
    `In the year ${1600 + n * 7} the tea ships of harbour ${n} brought ${n + 3} new kinds of leaves, and people wrote about their taste.`,
).join(' ');
