import { createHash } from 'node:crypto';
import type { ContentView } from '@octavo/contracts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';

describe('an exported content', () => {
  let server: TestServer;
  let user: TestUser;

  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    user = await server.signUp();
  });
  afterAll(() => server?.stop());

  async function download(id: string, query: string, by = user) {
    const answer = await fetch(`${server.url}/api/content/${id}/export${query}`, {
      headers: { authorization: `Bearer ${by.session.access_token}` },
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  async function write(title: string, generatedText: string): Promise<string> {
    const body = { title, contentType: 'blog', generatedText };
    return (await user.call<ContentView>('POST', '/api/content', body)).body.data.id;
  }

  it('says in every format where its words come from, and holds them unchanged', async () => {
    const { id, jobId } = await user.generate({ title: 'Tea "in" time: a\\b' });
    const { text, model } = await user.ended(jobId, 'completed');
    const { provenance } = await user.content(id);
    const hash = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const told = {
      exportedBy: 'Octavo',
      contentId: id,
      version: '1',
      provider: 'sandbox',
      model,
      at: provenance!.at,
      hash,
      digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia',
    };

    const markdown = await download(id, '');
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(markdown.headers.get('x-content-type-options')).toBe('nosniff');
    const [, front, body] = /^---\n([^]*?)\n---\n\n([^]*)$/.exec(markdown.text)!;
    expect(body).toBe(text);
    const lines = front!.split('\n').map((line) => line.trim().split(/: ?(.*)/));
    expect(lines.slice(0, 3).map(([name]) => name)).toEqual(['title', 'type', 'provenance']);
    expect(JSON.parse(lines[0]![1]!)).toBe('Tea "in" time: a\\b');
    expect(Object.fromEntries(lines.slice(3).map(([name, value]) => [name, JSON.parse(value!)]))).toEqual(told);

    const json = await download(id, '?format=json');
    expect(JSON.parse(json.text)).toMatchObject({ text, title: 'Tea "in" time: a\\b', provenance: told });
    const plain = await download(id, '?format=txt');
    expect(plain.text).toContain(text);
    expect(plain.text).toContain(`\ndigitalSourceType: ${told.digitalSourceType}\n`);
    const html = await download(id, '?format=html');
    expect(html.text).toContain(`<meta name="octavo:digitalSourceType" content="${told.digitalSourceType}">`);
    expect(html.text).toContain(`<meta name="octavo:hash" content="${hash}">`);
  });

  it('claims nothing of words that nobody here has generated', async () => {
    const { text } = await download(await write('By hand', 'Words'), '?format=json');
    expect(Object.keys(JSON.parse(text).provenance)).toEqual(['exportedBy', 'contentId', 'version', 'at', 'hash']);
  });

  it('is a page of its own in HTML, in which nothing runs and nothing is loaded', async () => {
    const text =
      '# Tea & co\n\nA **cup**, <script>alert(1)</script> [x](javascript:alert(1)) [y](https://e.org)\n\n- one';
    const { text: page, headers } = await download(
      await write('</title><script>alert(2)</script>', text),
      '?format=html',
    );
    expect(page).toContain('<h2>Tea &amp; co</h2>');
    expect(page).toContain('<p>A <strong>cup</strong>, alert(1) <a>x</a> <a href="https://e.org">y</a></p>');
    expect(page).toContain('<h1>&lt;/title&gt;&lt;script&gt;alert(2)&lt;/script&gt;</h1>');
    expect(page).not.toMatch(/<script|javascript:|@import|url\(| src=|<link/i);
    expect(page).toContain(`<meta http-equiv="content-security-policy" content="default-src 'none'; `);
    expect(page).toMatch(/<dt>Hash of the text as written<\/dt><dd>sha256:[0-9a-f]{64}<\/dd>/);
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    const front = await download(await write('a"\n---\nevil: 1', 'x'), '');
    expect(front.text.split('\n').filter((line) => line === '---')).toHaveLength(2);
  });

  it('shows a text that nobody can read in time as it was written', async () => {
    const { text: page } = await download(await write('Deep', `${'>'.repeat(100_000)} <script>`), '?format=html');
    expect(page).toContain(`<div class="as-written">&gt;&gt;&gt;`);
    expect(page).toContain('&gt; &lt;script&gt;</div>');
  });

  it.each([
    ['Tea', 'Tea.md', 'Tea.md'],
    ['../../etc/passwd', 'etc passwd.md', 'etc%20passwd.md'],
    ['a\r\nset-cookie: b="c";', 'a set-cookie b c.md', 'a%20set-cookie%20b%20c.md'],
    ['Año nuevo 茶', 'A_o nuevo _.md', 'A%C3%B1o%20nuevo%20%E8%8C%B6.md'],
    ['CON', 'octavo CON.md', 'octavo%20CON.md'],
    ['???', 'octavo.md', 'octavo.md'],
    ['漢'.repeat(200), `${'_'.repeat(60)}.md`, `${'%E6%BC%A2'.repeat(60)}.md`],
  ])('has a name that is safe: %j', async (title, plain, encoded) => {
    const { headers } = await download(await write(title, 'x'), '?format=md');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${plain}"; filename*=UTF-8''${encoded}`);
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('is only for its owner, and only in formats there are', async () => {
    const id = await write('Mine', 'x');
    expect((await download(id, '', await server.signUp())).status).toBe(404);
    expect((await download(id, '?format=pdf')).status).toBe(400);
    await user.call('DELETE', `/api/content/${id}`);
    expect((await download(id, '')).status).toBe(404);
  });
});
