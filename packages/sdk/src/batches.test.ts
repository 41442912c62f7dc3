import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../apps/server/src/testing/server.ts';
import { until } from '../../../apps/server/src/testing/until.ts';
import { type Client, createClient } from './client.ts';
import { createMemoryStore } from './session.ts';

describe('batches', () => {
  let server: TestServer;
  let client: Client;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
    const { session } = await server.signUp();
    client = createClient({ baseUrl: server.url, session: createMemoryStore(session) });
  });
  afterAll(async () => server?.stop());

  const wish = {
    title: 'Cities',
    contentType: 'social',
    template: { title: 'A day in {{city}}', prompt: 'What to see in {{city}} {{how}}' },
  } as const;
  const csv = 'city,how\nPorto,\nBraga,[sandbox:401 times=1]\nFaro,';
  const ended = (id: string) => until(async () => (await client.batch(id)).endedAt !== null);

  it('are read, checked, created, started, followed, retried, downloaded and deleted', async () => {
    expect(await client.readTable({ csv })).toEqual({
      columns: ['city', 'how'],
      rows: [
        { city: 'Porto', how: '' },
        { city: 'Braga', how: '[sandbox:401 times=1]' },
        { city: 'Faro', how: '' },
      ],
    });
    expect(await client.checkBatch({ ...wish, csv })).toMatchObject({
      rowCount: 3,
      preview: [{ number: 1, title: 'A day in Porto' }, { number: 2 }, { number: 3 }],
      estimate: { known: true, worstCaseMicroUsd: 0 },
    });
    expect((await client.listBatches()).batches).toEqual([]);

    const asked = { ...wish, csv, rowsPerMinute: 600 };
    const batch = await client.createBatch(asked, 'three-towns');
    expect(batch).toMatchObject({ status: 'draft', rowsPerMinute: 600, spentMicroUsd: 0, heldMicroUsd: 0 });
    expect(await client.createBatch(asked, 'three-towns')).toEqual(batch);
    await client.pauseBatch(batch.id).then(
      () => expect.unreachable(),
      (error: unknown) => expect(error).toMatchObject({ code: 'batch_state' }),
    );
    await client.startBatch(batch.id);
    await ended(batch.id);
    const failed = await client.batchRows(batch.id, { state: 'failed' });
    expect(failed.pagination.total).toBe(1);
    expect(failed.rows[0]).toMatchObject({ number: 2, title: 'A day in Braga', costMicroUsd: 0 });
    expect(failed.rows[0]?.errorCode).toMatch(/^provider_/);

    await client.retryBatch(batch.id);
    await ended(batch.id);
    expect((await client.batch(batch.id)).counts).toMatchObject({ completed: 3, failed: 0 });
    const { rows } = await client.batchRows(batch.id);
    expect(rows[1]).toMatchObject({ contentId: failed.rows[0]?.contentId, error: null, errorCode: null });

    const table = await (await client.batchResults(batch.id, 'csv')).text();
    expect(table.split('\r\n')[1]).toContain('Porto');
    const archive = new Uint8Array(await (await client.batchResults(batch.id, 'zip')).arrayBuffer());
    expect(new TextDecoder().decode(archive.slice(0, 4))).toBe('PK\u0003\u0004');
    await client.deleteBatch(batch.id);
    await expect(client.batchResults(batch.id, 'csv')).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  it('say which rows and columns are wrong, and store nothing', async () => {
    const asking = client.checkBatch({ ...wish, rows: [{ city: 'Porto', how: '' }, { city: 'Braga' }] });
    await expect(asking).rejects.toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'body.rows.1', message: 'row 2: column {{how}} is missing' }],
    });
    await expect(client.readTable({ csv: 'city,city\na,b' })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('are cancelled for good, and paused for a while', async () => {
    const rows = Array.from({ length: 12 }, (_, n) => ({ city: `Town ${n}`, how: '' }));
    const { id } = await client.createBatch({ ...wish, rows, rowsPerMinute: 1, startsPaused: false }, 'slow');
    expect((await client.pauseBatch(id)).status).toBe('paused');
    expect((await client.resumeBatch(id)).status).toBe('running');
    expect((await client.cancelBatch(id)).status).toBe('cancelled');
    await ended(id);
    // One row a minute: at most one had been submitted.
    expect((await client.batch(id)).counts.cancelled).toBeGreaterThanOrEqual(11);
  });
});
