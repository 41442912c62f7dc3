import type { ContentView } from '@octavo/contracts';
import type { Browser, Page } from '@playwright/test';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../apps/server/src/testing/server.ts';
import { say, startUpstream, type Upstream } from '../lib/upstream.ts';
import { expectNothingRan } from './expect-nothing-ran.ts';
import { openPage, type Seen, startBrowser } from './watch.ts';

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

describe('texts in the browser', () => {
  let server: TestServer;
  let user: TestUser;
  let browser: Browser;
  let page: Page;
  let seen: Seen;
  let upstream: Upstream;
  let base: string;

  beforeAll(async () => {
    upstream = await startUpstream((response) => say(response, `${prose}\n\n${everything}\n\n${prose}`));
    server = await startTestServer({
      serverUrl: inject('serverUrl'),
      env: { OPENAI_COMPATIBLE_BASE_URL: upstream.url, OPENAI_COMPATIBLE_MODEL: 'evil' },
    });
    base = server.url.replace('127.0.0.1', 'localhost');
    user = await server.signUp('victim@example.org');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await upstream?.close();
  });
  beforeEach(async () => {
    ({ page, seen } = await openPage(browser, user.session));
  });
  afterEach(() => page?.context().close());

  it.each(Object.keys(markdown))('stored in a text by hand: %s', async (name) => {
    const { body } = await user.call<ContentView>('POST', '/api/content', {
      title: markdown[name]!.replaceAll('\n', ' ').slice(0, 190),
      prompt: markdown[name],
      contentType: 'blog',
      generatedText: `before\n\n${markdown[name]}\n\nafter`,
    });
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
});

/** Long and good enough for the quality gate. */
const prose = Array.from(
  { length: 24 },
  (_, n) =>
    `In the year ${1600 + n * 7} the tea ships of harbour ${n} brought ${n + 3} new kinds of leaves, and people wrote about their taste.`,
).join(' ');
