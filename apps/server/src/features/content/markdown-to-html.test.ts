import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownToHtml } from './markdown-to-html.ts';
import { createMarkdownRenderer } from './render-markdown.ts';

const html = (markdown: string) => markdownToHtml(markdown, 'Title').replaceAll('\n', '');

describe('Markdown as HTML', () => {
  it.each([
    ['# Title\n\ntext', '<p>text</p>'],
    ['# Other\n\n## Next', '<h2>Other</h2><h3>Next</h3>'],
    ['###### Six', '<h6>Six</h6>'],
    ['*a* **b** ~~c~~ `d`', '<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['- [x] a', '<ul><li><input type="checkbox" checked disabled> a</li></ul>'],
    ['> a\n\n---', '<blockquote><p>a</p></blockquote><hr>'],
    ['```js\n<b>\n```', '<pre><code>&lt;b&gt;</code></pre>'],
    [
      '|a|b|\n|-|-:|\n|c|d|',
      '<table><thead><tr><th>a</th><th align="right">b</th></tr></thead><tbody><tr><td>c</td><td align="right">d</td></tr></tbody></table>',
    ],
    ['[a](https://e.org/?a=1&b=2 "t")', '<p><a href="https://e.org/?a=1&amp;b=2" title="t">a</a></p>'],
    ['<mailto:a@e.org>', '<p><a href="mailto:a@e.org">mailto:a@e.org</a></p>'],
    ['https://e.org', '<p><a href="https://e.org">https://e.org</a></p>'],
    ['![a picture](https://e.org/a.png)', '<p>a picture</p>'],
    ['a &lt;b&gt; "c" \'d\' & e', '<p>a &lt;b&gt; &quot;c&quot; &#39;d&#39; &amp; e</p>'],
  ])('%j', (markdown, expected) => expect(html(markdown)).toBe(expected));

  it('has footnotes that lead to each other', () => {
    const page = html('a[^1]\n\n[^1]: note');
    const [target] = /(?<=href="#)[^"]+/.exec(page)!;
    expect(page).toContain(`id="${target}"`);
  });

  const attacks = [
    '<script>alert(1)</script>',
    'a <script>alert(1)</script> b',
    '<script src=//e.org/x.js>',
    '<svg onload=alert(1)><script>alert(1)</script></svg>',
    'a <svg/onload=alert(1)> b',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    'a <math href="javascript:alert(1)">x</math>',
    '<img src=x onerror=alert(1)>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<style>@import "//e.org"</style>',
    '<meta http-equiv=refresh content="0;url=//e.org">',
    '<base href="//e.org"><form action="//e.org"><input name=a>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt&colon;alert(1))',
    '[x](java\tscript:alert(1))',
    '[x](<java\nscript:alert(1)>)',
    '[x](&#1;javascript:alert(1))',
    '[x]( javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:msgbox)',
    '[x](//e.org)',
    '[x](/api/content)',
    '[x](file:///etc/passwd)',
    '<javascript:alert(1)>',
    '<data:text/html;base64,PHNjcmlwdD4=>',
    '[x]: javascript:alert(1)\n\n[x]',
    '![x](javascript:alert(1)) ![x](data:image/svg+xml,<svg/onload=alert(1)>) ![x](https://e.org/pixel.gif)',
    '[x](https://e.org/"onmouseover="alert(1))',
    '[x](https://e.org "\\"onmouseover=\\"alert(1)")',
    '[^"><script>alert(1)</script>]\n\n[^"><script>alert(1)</script>]: x',
    '```"><script>alert(1)</script>\nx\n```',
    '|<script>alert(1)</script>|\n|-|\n|<svg onload=alert(1)>|',
    '- [x] <img src=x onerror=alert(1)>',
    '<!--><script>alert(1)</script>-->',
    '<![CDATA[<script>alert(1)</script>]]>',
    '<?php <script>alert(1)</script> ?>',
  ];
  const allowed =
    /^<(?:(?:blockquote|code|del|em|h[2-6]|li|ol(?: start="\d+")?|p|pre|section|strong|sup|table|tbody|t[dhr]|t[dh] align="(?:left|right|center)"|thead|ul|br|hr|input type="checkbox"(?: checked)? disabled)|a(?: href="(?:https?:\/\/|mailto:|#user-content-fn)[^"<>]*")?(?: id="user-content-[^"<>]*")?(?: title="[^"<>]*")?|(?:li|h2) id="[^"<>]*"|\/[a-z]+[2-6]?)>$/i;
  function expectHarmless(page: string): void {
    for (const [tag] of page.matchAll(/<[^>]*>?/g)) expect(tag).toMatch(allowed);
  }

  it.each(attacks)('leaves nothing alive of %j', (markdown) => expectHarmless(markdownToHtml(markdown, '')));

  it('leaves nothing alive of any mixture of these, and of whatever else', () => {
    const piece = fc.oneof(
      fc.constantFrom(...attacks),
      fc.constantFrom('[', '](', ')', '<', '>', '"', '\n\n', '    ', '> ', '- ', '|', '`', '*', '&lt;', '\\', '[^1]: '),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => expectHarmless(markdownToHtml(pieces.join(''), ''))),
      { numRuns: 150 },
    );
  });
});

describe('a thread for Markdown', () => {
  it('gives the HTML back', async () => {
    expect(await createMarkdownRenderer()('*a*', '')).toBe('<p><em>a</em></p>');
  });

  it('is ended when a text takes too long or is too deep, and the next one is read', async () => {
    const render = createMarkdownRenderer({ limitMs: 100 });
    const answers = await Promise.all([render('*a'.repeat(50_000), ''), render('>'.repeat(200_000), '')]);
    expect(answers).toEqual([undefined, undefined]);
    expect(await createMarkdownRenderer()('a', '')).toBe('<p>a</p>');
  });

  it('turns away whoever would wait behind too many', async () => {
    const render = createMarkdownRenderer({ waiting: 0 });
    const first = render('a', '');
    await expect(render('b', '')).rejects.toThrow('too much');
    expect(await first).toBe('<p>a</p>');
  });
});
