import type { ContentView } from '@octavo/contracts';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../apps/server/src/testing/server.ts';
import { expectNothingRan } from './expect-nothing-ran.ts';
import { openPage, startBrowser } from './watch.ts';

const img = '<img src=x onerror=top.hit=1>';
const escaped = '&lt;img src=x onerror=top.hit=1&gt;';
/**
 * What has got past sanitizers of HTML, DOMPurify before all, by the trick it used: most are harmless as they are parsed first
 * and come alive when what was parsed is written out and parsed again.
 */
const bypasses: Record<string, string> = {
  'a paragraph that leaves SVG': `<svg></p><style><a id="</style>${img}">`,
  'a line break that leaves SVG': `<svg></br><style><a title="</style>${img}">`,
  'a paragraph in SVG': `<svg><p><style><a id="</style>${img}">`,
  'a paragraph that leaves MathML': `<math></p><style><!--</style><a id="--&gt;${escaped}">`,
  'a break that leaves MathML': `<math></br><style><!--</style><a title="--&gt;${escaped}">`,
  'mglyph and a comment': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;${escaped}">`,
  'mglyph and MathML again': `<math><mtext><table><mglyph><style><math>${img}`,
  'nested forms': `<form><math><mtext></form><form><mglyph><style></math>${img}`,
  'nested forms and a text area': `<form><math><mtext></form><form><mglyph><svg><mtext><textarea><path id="</textarea>${img}">`,
  'a table and a text area': `<math><mtext><table><mglyph><svg><mtext><textarea><path id="</textarea>${img}">`,
  'an option and a glyph': `<math><mtext><option><fake><option></option><mglyph><svg><mtext><style><a title="</style>${img}">`,
  'headings that close each other': `<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title="</style>${img}">`,
  'anchors that close each other': `<math><mtext><p><i><li><mglyph><style></p></i></li><!--</style><a id="--&gt;${escaped}">`,
  'annotations as HTML': `<math><annotation-xml encoding="text/html"><style><a id="</style>${img}">`,
  'a title in SVG': `<svg><title><style><a id="</style>${img}">`,
  'a description in SVG': `<svg><desc><noscript><a id="</noscript>${img}">`,
  'a foreign object': `<svg><foreignobject><math><mi><style><a id="</style>${img}">`,
  'CDATA in SVG': `<svg><![CDATA[</svg>${img}]]>`,
  'an element of XML': `<?xml-stylesheet > ${img} ?>`,
  'a comment that ends at once': `<!-->${img}-->`,
  'a comment that ends in another way': `<!-- --!>${img}-->`,
  'no script': `<noscript><p title="</noscript>${img}">`,
  'examples of old': `<xmp><p title="</xmp>${img}">`,
  'no frames': `<noframes><p title="</noframes>${img}">`,
  'no embeds': `<noembed><p title="</noembed>${img}">`,
  'a frame full of text': `<iframe><p title="</iframe>${img}">`,
  'a title full of text': `<title><p title="</title>${img}">`,
  'a template': `<div><template shadowrootmode=open>${img}</template></div>`,
  'templates in templates': `<template><s><template><s>${img}</s></template></s></template>`,
  'a selection': `<select><template></template><style><a id="</style>${img}"></select>`,
  'depth that the parser cuts': `${'<div>'.repeat(510)}<table><caption><svg><title><style><a id="</style>${img}">`,
  'a form that hides its attributes': `<form onclick=top.hit=1><input name=attributes><input name=parentNode>${img}</form>`,
  'names of functions': `<img name=removeChild><img name=getAttribute><a id=nodeName></a>${img}`,
  'a custom element': `<a is=x-y onclick=top.hit=1>x</a><x-y onfocus=top.hit=1 tabindex=0 autofocus>x</x-y>`,
  'places of templates': `<math><foo-test><mi><li><table><foo-test><li></li></foo-test><a>{<!-- -->{top.hit=1}}\${top.hit=1}`,
  'an animation of an address': `<svg><a><animate attributeName=href values=javascript:top.hit=1 /><text y=20>x</text></a></svg>`,
  'a set address': `<svg><a><set attributeName=href to=javascript:top.hit=1 /><text y=20>x</text></a></svg>`,
  media: `<video><source onerror=top.hit=1></video><audio src=x onerror=top.hit=1></audio>`,
  'a field that takes the focus': `<input autofocus onfocus=top.hit=1><textarea autofocus onfocus=top.hit=1>`,
  'a body': `<body onload=top.hit=1 onpageshow=top.hit=1>`,
  'the old name of images': `<image src=x onerror=top.hit=1>`,
  'a slash for a blank': `<img/src="x"/onerror=top.hit=1><svg/onload=top.hit=1>`,
  'control characters': `<a href="\u0001javascript:top.hit=1">x</a><a href="java&#9;script:top.hit=1">x</a>`,
};
/** Wherever Markdown lets HTML stand. */
const places = (text: string): string =>
  [
    text,
    `words ${text} words`,
    `- ${text}`,
    `> ${text}`,
    `| a |\n|---|\n| ${text} |`,
    `# ${text}`,
    `[${text}](/x)`,
  ].join('\n\n');

describe('what has got past sanitizers', () => {
  let server: TestServer;
  let user: TestUser;
  let browser: Browser;
  let studio: Awaited<ReturnType<typeof openPage>>;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl'), workers: 0 });
    user = await server.signUp();
    browser = await startBrowser();
    studio = await openPage(browser, user.session);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('is alive: on a page without any defence, written out and parsed again, most of it runs', async () => {
    const { page } = await openPage(browser);
    const dead: string[] = [];
    for (const [name, text] of Object.entries(bypasses)) {
      await page.goto('about:blank');
      await page.setContent(text);
      const runs = page
        .evaluate(async () => {
          const written = document.body.innerHTML;
          document.body.innerHTML = written;
          // By turns of the page and not by the clock, which goes on while the machine does other things.
          for (let turn = 0; turn < 60 && !('hit' in globalThis); turn += 1) {
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
          return 'hit' in globalThis;
        })
        .catch(() => true);
      if (!(await runs)) dead.push(name);
    }
    await page.context().close();
    // Some need a click, or were made by a sanitizer of their time when it took the rest away.
    expect([dead, dead.length < Object.keys(bypasses).length / 3]).toEqual([dead, true]);
  });

  it.each(Object.keys(bypasses))('%s: 0 scripts', async (name) => {
    const { body } = await user.call<ContentView>('POST', '/api/content', {
      title: bypasses[name]!.slice(0, 190),
      prompt: places(bypasses[name]!).slice(0, 10_000),
      contentType: 'blog',
      generatedText: `before\n\n${places(bypasses[name]!)}\n\nafter`,
    });
    await studio.page.goto(`${server.url.replace('127.0.0.1', 'localhost')}/content/${body.data.id}`);
    await studio.page.getByTestId('output').getByText('before').waitFor();
    await expectNothingRan(studio.page, studio.seen);
  });
});
