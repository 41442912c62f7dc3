import type { Browser, Page } from '@playwright/test';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../apps/server/src/testing/server.ts';
import { expectNothingRan } from './expect-nothing-ran.ts';
import { openPage, type Seen, startBrowser } from './watch.ts';

const ways = [
  `<script>top.hit=1</script>`,
  `<img src=x onerror=top.hit=1>`,
  `"><svg onload=top.hit=1>`,
  `' autofocus onfocus='top.hit=1`,
  `</title></textarea></style><img src=x onerror=top.hit=1>`,
  `<a href="javascript:top.hit=1">x</a>`,
  `[x](javascript:top.hit=1)`,
  `<math><mtext><table><mglyph><style><img src=x onerror=top.hit=1>`,
  '{{constructor.constructor("hit=1")()}}',
];
const all = ways.join(' ');

/** What was asked for beside a title and a prompt is shown as it was written, wherever it is shown. */
describe('wishes in the browser', () => {
  let server: TestServer;
  let user: TestUser;
  let browser: Browser;
  let base: string;
  let page: Page;
  let seen: Seen;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    base = server.url.replace('127.0.0.1', 'localhost');
    user = await server.signUp();
    browser = await startBrowser();
    ({ page, seen } = await openPage(browser, user.session));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Each of `texts` is among the words of the page, or in one of its fields, letter by letter. */
  async function expectShown(texts: string[]): Promise<void> {
    const words = () =>
      page.evaluate(() =>
        Array.from(
          document.body.querySelectorAll('*'),
          (element) =>
            `${element instanceof HTMLInputElement ? element.value : ''}\n${element.getAttribute('alt') ?? ''}`,
        )
          .concat(document.body.textContent, document.title)
          .join('\n'),
      );
    await expect
      .poll(
        async () => {
          const shown = await words();
          return texts.filter((text) => !shown.includes(text));
        },
        { timeout: 15_000 },
      )
      .toEqual([]);
    await expectNothingRan(page, seen);
  }

  it('a story: its characters, its genre, its values, its prompt', async () => {
    const input = { genre: ways[1], values: ways.slice(2, 5), characters: all };
    const { id, jobId } = await user.generate({
      contentType: 'story',
      title: ways[0],
      prompt: all,
      input,
      provider: 'sandbox',
    });
    await user.ended(jobId, 'completed');
    await page.goto(`${base}/content/${id}`);
    await expectShown([input.genre!, ...input.values, all, ways[0]!]);
    await page.goto(`${base}/content/${id}/versions`);
    await expectShown([ways[0]!]);
  });

  it('a batch: its name, its columns, its rows, what comes of it', async () => {
    const columns = ways.slice(0, 4);
    const { body } = await user.call<{ id: string }>('POST', '/api/batches', {
      title: all.slice(0, 190),
      contentType: 'social',
      template: { title: `{{${columns[0]}}}`, prompt: `About {{${columns[1]}}} ${columns.join(' ')}` },
      rows: ways.map((way) => Object.fromEntries(columns.map((column) => [column, way]))),
      provider: 'sandbox',
    });
    expect(body.errors).toBeUndefined();
    await page.goto(`${base}/batches/${body.data.id}`);
    await expectShown([all.slice(0, 190), ...ways]);
    await page.goto(`${base}/batches`);
    await expectShown([all.slice(0, 190)]);
  });

  it('images: their names, and the words for them', async () => {
    for (const [index, way] of ways.entries()) {
      const background = { r: 20 * index, g: 0, b: 0 };
      const png = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toBuffer();
      expect((await user.upload(png, { name: `${way}.png`, alt: way })).status).toBe(201);
    }
    await page.goto(`${base}/images`);
    await expectShown(ways);
  });
});
