import { randomUUID } from 'node:crypto';
import type { BatchDetail, BatchPage, ContentPage } from '@octavo/contracts';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const at = '2026-01-01T00:00:00.000Z';

describe('an import of batches', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
  });
  afterAll(() => server?.stop());

  const batchOf = (change: object) => ({
    id: randomUUID(),
    title: 'Towns',
    content_type: 'social',
    template: { title: 'About {{city}}', prompt: 'Write about {{city}}' },
    columns: ['city'],
    provider: null,
    model: null,
    status: 'cancelled',
    paused_reason: null,
    max_cost_micro_usd: null,
    created_at: at,
    started_at: at,
    ended_at: at,
    deleted_at: null,
    ...change,
  });
  const rowOf = (batch: { id: string }, number: number, change: object = {}) => ({
    batch_id: batch.id,
    number,
    values: { city: `Town ${number}` },
    content_id: null,
    is_skipped: false,
    error: null,
    ...change,
  });

  async function upload(user: TestUser, tables: Record<string, object[]>) {
    const manifest = { format: 'octavo-account', version: 1, exportedAt: at, counts: {} };
    const zip = zipSync({
      'manifest.json': strToU8(JSON.stringify(manifest)),
      ...Object.fromEntries(
        Object.entries(tables).map(([name, rows]) => [
          `${name}.ndjson`,
          strToU8(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
        ]),
      ),
    });
    const response = await fetch(`${server.url}/api/account/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${user.session.access_token}`, 'content-type': 'application/zip' },
      body: Uint8Array.from(zip),
    });
    return { status: response.status, text: await response.text() };
  }
  const batchesOf = async (user: TestUser) => (await user.call<BatchPage>('GET', '/api/batches')).body.data.batches;

  it('submits nothing for rows that have no content, whatever is tried again', async () => {
    const user = await server.signUp();
    const content = {
      id: randomUUID(),
      title: 'Written',
      content_type: 'social',
      prompt: '',
      body: 'By hand',
      status: 'draft',
      generation_id: null,
      version: 0,
      edited_at: null,
      created_at: at,
      updated_at: at,
      deleted_at: null,
    };
    const batches = ['cancelled', 'running', 'paused', 'completed'].map((status) => batchOf({ status }));
    const rows = batches.flatMap((batch, index) => [
      rowOf(batch, 1, { error: 'Refused', content_id: randomUUID() }),
      rowOf(batch, 2),
      ...(index === 0 ? [rowOf(batch, 3, { content_id: content.id })] : []),
    ]);
    expect(await upload(user, { contents: [content], batches, batch_rows: rows })).toMatchObject({ status: 200 });
    const imported = await batchesOf(user);
    expect(imported).toHaveLength(4);
    for (const { id } of imported) {
      expect((await user.call('POST', `/api/batches/${id}/retry`)).status).toBe(200);
      const detail = async () => (await user.call<BatchDetail>('GET', `/api/batches/${id}`)).body.data;
      await until(async () => (await detail()).endedAt !== null);
      expect((await detail()).counts).toMatchObject({ waiting: 0, pending: 0, failed: 0, completed: 0 });
    }
    expect((await user.call<ContentPage>('GET', '/api/content')).body.data.contents).toHaveLength(1);
  });

  it('leaves drafts as drafts, at their pace', async () => {
    const user = await server.signUp();
    const draft = batchOf({ status: 'draft', rows_per_minute: 30 });
    // One that was started and failed is no draft.
    const rows = [rowOf(draft, 1, { error: 'Refused' }), rowOf(draft, 2)];
    expect(await upload(user, { batches: [draft], batch_rows: rows })).toMatchObject({ status: 200 });
    const [imported] = await batchesOf(user);
    expect(imported).toMatchObject({ status: 'draft', rowsPerMinute: 30, counts: { waiting: 2, failed: 0 } });
    expect((await user.call('POST', `/api/batches/${imported?.id}/retry`)).status).toBe(409);
  });

  it('takes no more rows, no more columns and no faster pace than a batch may have', async () => {
    const user = await server.signUp();
    const batch = batchOf({});
    const columns = Array.from({ length: 51 }, (_, index) => `c${index}`);
    const values = Object.fromEntries(columns.map((column) => [column, 'x']));
    for (const [batches, rows] of [
      [[batch], [rowOf(batch, 1001)]],
      [[batch], [rowOf(batch, 1, { values })]],
      [[batch], [rowOf(batch, 1, { values: { city: 'x'.repeat(20_001) } })]],
      [[{ ...batch, columns }], []],
      [[{ ...batch, rows_per_minute: 601 }], []],
    ] as const) {
      const answer = await upload(user, { batches: [...batches], batch_rows: [...rows] });
      expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('validation_failed') as string });
    }
    const most = Array.from({ length: 1000 }, (_, index) => rowOf(batch, index + 1));
    expect(await upload(user, { batches: [batch], batch_rows: most })).toMatchObject({ status: 200 });
  });
});
