import type { BatchDetail, BatchRowPage } from '@octavo/contracts';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';
import { maxZipImageBytes, type ResultDeps, resultsAsCsv, resultsAsZip, toFileName } from './results.ts';

describe('what came of a batch', () => {
  let server: TestServer;
  let user: TestUser;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    user = await server.signUp();
  });
  afterAll(() => server?.stop());

  async function run(body: Record<string, unknown>): Promise<string> {
    const request = { title: 'Märkte / "2026"', contentType: 'social', startsPaused: false, ...body };
    const { id } = (await user.call<BatchDetail>('POST', '/api/batches', request)).body.data;
    await until(async () => (await user.call<BatchDetail>('GET', `/api/batches/${id}`)).body.data.endedAt !== null);
    return id;
  }

  async function download(path: string) {
    const response = await fetch(`${server.url}/api/${path}`, {
      headers: { authorization: `Bearer ${user.session.access_token}` },
    });
    expect(response.status).toBe(200);
    return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  it('is a CSV with the columns of the table, in which nothing is a formula', async () => {
    const id = await run({
      template: { title: '{{name}}', prompt: '{{text}}' },
      rows: [
        { name: '=HYPERLINK("http://evil.example")', text: 'Say "tea", please', status: '+1' },
        { name: '@sum', text: '[sandbox:401]', status: '-1' },
        { name: '\tx', text: 'One\r\ntwo', status: '' },
      ],
    });
    const { headers, bytes } = await download(`batches/${id}/results.csv`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="M-rkte - -2026-.csv"; filename*=UTF-8''M%C3%A4rkte%20-%20%222026%22.csv`,
    );
    const text = bytes.toString();
    expect(text.replaceAll('\r\n', '')).not.toMatch(/^\uFEFF.*\r/);
    const [header, ...rows] = parse(text, { bom: true, record_delimiter: '\r\n' });
    const madeBy = ['provider', 'model', 'digitalSourceType'];
    expect(header).toEqual(['name', 'text', 'status', 'result status', 'result text', 'error', 'images', ...madeBy]);
    const sample = ['sandbox', 'octavo-sample', 'http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia'];
    expect(rows.map((row) => row.slice(7))).toEqual([sample, ['', '', ''], sample]);
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      [`'=HYPERLINK("http://evil.example")`, 'Say "tea", please', "'+1", 'completed'],
      ["'@sum", '[sandbox:401]', "'-1", 'failed'],
      ["'\tx", 'One\r\ntwo', '', 'completed'],
    ]);
    const page = (await user.call<BatchRowPage>('GET', `/api/batches/${id}/rows`)).body.data.rows;
    expect(rows[0]?.[4]).toBe((await user.generation(page[0]!.generationId!)).text);
    expect(rows[1]?.slice(4, 6)).toEqual(['', page[1]?.error]);
    for (const cell of [header, ...rows].flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });

  it('holds what the user has made of the texts since, and nothing of contents they deleted', async () => {
    const id = await run({ template: { title: 't', prompt: '{{a}}' }, rows: [{ a: 'x' }, { a: 'y' }] });
    const { rows } = (await user.call<BatchRowPage>('GET', `/api/batches/${id}/rows`)).body.data;
    await user.call('PUT', `/api/content/${rows[0]?.contentId}`, { generatedText: '=mine' });
    await user.call('DELETE', `/api/content/${rows[1]?.contentId}`);
    const [, first, second] = parse((await download(`batches/${id}/results.csv`)).bytes, { bom: true });
    const edited = ['sandbox', 'octavo-sample', 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic'];
    expect(first).toEqual(['x', 'completed', "'=mine", '', '', ...edited]);
    expect(second).toEqual(['y', 'completed', '', 'The content has been deleted.', '', '', '', '']);
  });

  it('is a ZIP of Markdown files with names that stay where they are put', async () => {
    const id = await run({
      template: { title: '{{name}}', prompt: '{{text}}' },
      rows: [
        { name: '../../etc/passwd', text: 'a' },
        { name: 'C:\\Windows\\NUL', text: 'b' },
        { name: 'Größe 日本 😀', text: 'c' },
        { name: '...', text: 'd' },
        { name: 'fails', text: '[sandbox:401]' },
      ],
    });
    const { headers, bytes } = await download(`batches/${id}/results.zip`);
    expect(headers.get('content-type')).toBe('application/zip');
    const files = unzipSync(new Uint8Array(bytes));
    expect(Object.keys(files)).toEqual([
      '0001-etc-passwd.md',
      '0002-C-Windows-NUL.md',
      '0003-Größe-日本.md',
      '0004.md',
      'results.csv',
    ]);
    const { rows } = (await user.call<BatchRowPage>('GET', `/api/batches/${id}/rows`)).body.data;
    // Each is the file that its content is exported as: front matter that tells its provenance, and the text.
    const markdown = strFromU8(files['0003-Größe-日本.md']!);
    expect(markdown).toBe((await download(`content/${rows[2]!.contentId}/export`)).bytes.toString());
    expect(markdown).toContain(
      '  digitalSourceType: "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"',
    );
    expect(markdown.endsWith(`\n---\n\n${(await user.generation(rows[2]!.generationId!)).text}`)).toBe(true);
    expect(parse(Buffer.from(files['results.csv']!), { bom: true })).toHaveLength(6);
  });

  it('has the images in the ZIP, and addresses that work in the CSV', async () => {
    const id = await run({
      contentType: 'image',
      template: { title: '{{what}}', prompt: 'A {{what}}', input: { count: 2 } },
      rows: [{ what: 'kite' }],
    });
    const [header, row] = parse((await download(`batches/${id}/results.csv`)).bytes, { bom: true });
    expect(header!.slice(0, 5)).toEqual(['what', 'status', 'text', 'error', 'images']);
    const urls = (row?.[4] ?? '').split(' ');
    expect(urls).toHaveLength(2);
    const originals = await Promise.all(urls.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())));
    const files = unzipSync(new Uint8Array((await download(`batches/${id}/results.zip`)).bytes));
    const names = Object.keys(files).filter((name) => name.startsWith('images/'));
    expect(names.map((name) => name.replace(/\.\w+$/, ''))).toEqual(['images/0001-kite-1', 'images/0001-kite-2']);
    expect(names.map((name) => Buffer.from(files[name]!))).toEqual(originals);
    expect((await sharp(originals[0]).metadata()).xmpAsString).toContain('digitalsourcetype/algorithmicMedia');
    // What comes to nothing later takes nothing away.
    const { rows } = (await user.call<BatchRowPage>('GET', `/api/batches/${id}/rows`)).body.data;
    const again = await user.call<{ jobId: string }>('POST', `/api/content/${rows[0]!.contentId}/regenerate`, {
      prompt: 'A kite [sandbox:401]',
    });
    await user.ended(again.body.data.jobId, 'failed');
    const later = parse((await download(`batches/${id}/results.csv`)).bytes, { bom: true });
    expect((later[1]?.[4] ?? '').split(' ')).toHaveLength(2);
    expect(strFromU8(files['results.csv']!)).toContain(names.join(' '));
  });

  const batch = { id: 'b', user_id: 'u', content_type: 'social', columns: ['n'] } as const;

  /** A table of which nobody could hold all texts. */
  function endless(rows: number, textLength: number) {
    const asked: number[] = [];
    const deps: ResultDeps = {
      results: (_id, after, limit) => {
        asked.push(after);
        return Promise.resolve(
          Array.from({ length: Math.min(limit, rows - after) }, (_, n) => ({
            number: after + n + 1,
            values: { n: String(after + n + 1) },
            state: 'completed' as const,
            title: `Row ${after + n + 1}`,
            text: 'x'.repeat(textLength),
            error: null,
            images: [],
            content_id: null,
            version: null,
            provider: null,
            model: null,
            hash: null,
            is_edited: null,
            version_at: null,
          })),
        );
      },
      images: { views: () => Promise.resolve([]), read: () => Promise.reject(new Error('there are none')) },
    };
    return { deps, asked };
  }

  it('is made while it is read', async () => {
    const { deps, asked } = endless(1000, 200_000);
    const reader = resultsAsCsv(deps, { ...batch, columns: ['n'] }, '')[Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    expect(asked.length).toBeLessThan(3);
    await reader.return?.();
    let bytes = 0;
    const rows = endless(300, 1000);
    for await (const chunk of await resultsAsZip(rows.deps, { ...batch, columns: ['n'] }))
      bytes += (chunk as Buffer).length;
    expect(bytes).toBeGreaterThan(300 * 100);
  });

  it('is no ZIP when the images are more than one should hold', async () => {
    const { deps } = endless(3, 1);
    deps.images.views = () => Promise.resolve([{ id: 'i', bytes: maxZipImageBytes / 2 } as never]);
    const results = deps.results;
    deps.results = async (...args) => (await results(...args)).map((row) => ({ ...row, images: ['i'] }));
    await expect(resultsAsZip(deps, { ...batch, columns: ['n'] })).rejects.toMatchObject({ code: 'payload_too_large' });
  });

  it.each([
    ['a'.repeat(100), 'a'.repeat(60)],
    ['a/b\\c:d*e?f"g<h>i|j', 'a-b-c-d-e-f-g-h-i-j'],
    [`${'a'.repeat(59)} b`, 'a'.repeat(59)],
    ['\u202Etxt.exe', 'txt-exe'],
    ['', ''],
  ])('calls a file of %j %j', (title, name) => expect(toFileName(title)).toBe(name));
});
