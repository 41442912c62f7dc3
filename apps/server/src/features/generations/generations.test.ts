import type { ContentView, GenerationEvent, JobStatusView } from '@octavo/contracts';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const redisUrl = inject('redisUrl');

describe.each([
  { backend: 'postgres', skip: false },
  { backend: 'redis', skip: redisUrl === undefined },
])('a generation on $backend', ({ backend, skip }) => {
  describe.skipIf(skip)('life cycle', () => {
    let server: TestServer;
    let user: TestUser;

    beforeAll(async () => {
      server = await startTestServer({
        serverUrl: inject('serverUrl'),
        ...(backend === 'redis' && { redisUrl: `${redisUrl}/2` }),
      });
      user = await server.signUp();
    });
    afterAll(() => server?.stop());

    it('goes from prompt to kept text', async () => {
      const accepted = await user.generate({ title: 'Tea ' });
      expect(accepted).toMatchObject({
        userId: user.session.user.id,
        title: 'Tea',
        contentType: 'blog',
        generatedText: '',
        status: 'draft',
        generationStatus: 'pending',
        failureReason: null,
        expectedDelay: 0,
      });
      const view = await user.ended(accepted.jobId, 'completed');
      expect(view).toMatchObject({ provider: 'sandbox', attempt: 1, failureReason: null });
      expect(view.text).toMatch(/no AI model wrote/i);
      expect(view.attempts).toMatchObject([
        { attempt: 1, outcome: 'completed', finishReason: 'stop', provider: 'sandbox' },
      ]);
      expect(view.attempts[0]!.usage!.outputTokens).toBeGreaterThan(0);

      const content = await user.call<ContentView>('GET', `/api/content/${accepted.id}`);
      expect(content.body.data).toMatchObject({
        generatedText: view.text,
        generationStatus: 'completed',
        status: 'draft',
      });
      const status = await user.call<JobStatusView>('GET', `/api/content/job/${accepted.jobId}/status`);
      expect(status.body.data).toEqual({
        jobId: accepted.jobId,
        status: 'completed',
        content: {
          id: accepted.id,
          title: 'Tea',
          generatedText: view.text,
          contentType: 'blog',
          prompt: 'The history of tea',
        },
      });
    });

    it('is heard on the socket, word by word and in the documented events', async () => {
      const socket = connect(server, user);
      const events: GenerationEvent[] = [];
      const documented: Array<{ name: string; payload: Record<string, unknown> }> = [];
      socket.on('generation:event', (event) => events.push(event));
      for (const name of ['started', 'completed', 'failed'].map((word) => `content:generation:${word}`)) {
        socket.on(name, (payload) => documented.push({ name, payload }));
      }
      await until(() => socket.connected);
      const { jobId, id } = await user.generate({ prompt: 'Tea [sandbox:ok rate=400]' });
      // Of this one: the news of an earlier one may still be on their way.
      const mineDocumented = () => documented.filter(({ payload }) => payload['jobId'] === jobId);
      await until(() => mineDocumented().some(({ name }) => name.endsWith('completed')));
      socket.close();

      const view = await user.generation(jobId);
      const mine = events.filter((event) => event.generationId === jobId);
      expect(mine.map(({ type }) => type).filter((type) => type !== 'delta')).toEqual([
        'queued',
        'started',
        'completed',
      ]);
      expect(mine.filter(({ type }) => type === 'delta').length).toBeGreaterThan(10);
      expect(mine.map((event) => (event.type === 'delta' ? event.text : '')).join('')).toBe(view.text);
      expect(mineDocumented()).toMatchObject([
        { name: 'content:generation:started', payload: { jobId, contentId: id, status: 'processing' } },
        {
          name: 'content:generation:completed',
          payload: {
            jobId,
            contentId: id,
            status: 'completed',
            title: 'Tea',
            contentType: 'blog',
            generatedText: view.text,
          },
        },
      ]);
    });

    it('fails with a reason a person understands, keeps the partial text, and can be retried once', async () => {
      const socket = connect(server, user);
      const failures: unknown[] = [];
      socket.on('content:generation:failed', (payload) => failures.push(payload));
      await until(() => socket.connected);
      const { jobId, id } = await user.generate({ prompt: 'Coffee [sandbox:cut after=30 times=3]' });
      const view = await user.ended(jobId, 'failed');
      expect(view.attempts.map(({ outcome, errorCode }) => [outcome, errorCode])).toEqual(
        Array.from({ length: 3 }, () => ['failed', 'provider_stream_cut']),
      );
      expect(view.failureReason).toContain('broke off in the middle');
      expect(view.text.length).toBeGreaterThan(20);
      const content = await user.call<ContentView>('GET', `/api/content/${id}`);
      expect(content.body.data).toMatchObject({ generatedText: view.text, failureReason: view.failureReason });
      await until(() => failures.length > 0);
      socket.close();
      expect(failures).toMatchObject([{ jobId, contentId: id, status: 'failed', failureReason: view.failureReason }]);

      const retried = await user.call<{ jobId: string }>('POST', `/api/generations/${jobId}/retry`);
      expect(retried.status).toBe(202);
      const second = await user.ended(retried.body.data.jobId, 'completed');
      expect(second).toMatchObject({ retryOf: jobId, contentId: id });
      expect((await user.content(id)).generatedText).toBe(second.text);
      expect((await user.call('POST', `/api/generations/${jobId}/retry`)).body.code).toBe('not_retryable');
      expect((await user.generation(jobId)).text).toBe(view.text);
    });

    it('starts a failed take over from nothing and never splices', async () => {
      const { jobId } = await user.generate({ prompt: 'Cocoa [sandbox:cut after=25 times=1]' });
      const view = await user.ended(jobId, 'completed');
      expect(view.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'completed']);
      const takes = await takeTexts(server, jobId);
      expect(takes.get(1)!.length).toBeGreaterThan(20);
      expect(takes.get(2)).toBe(view.text);
    });

    it.each([
      { fault: 'empty', code: 'quality_empty' },
      { fault: 'length after=400', code: 'quality_cut_off' },
      { fault: 'repeat', code: 'quality_repetitive' },
    ])('does not take $fault for success', async ({ fault, code }) => {
      const { jobId } = await user.generate({ prompt: `Milk [sandbox:${fault}]` });
      const view = await user.ended(jobId, 'failed');
      expect(view.failureCode).toBe(code);
      expect(view.attempts).toHaveLength(3);
    });

    it('does not try again where that cannot help', async () => {
      const { jobId } = await user.generate({ prompt: 'Juice [sandbox:401]' });
      const view = await user.ended(jobId, 'failed');
      expect(view).toMatchObject({ failureCode: 'provider_auth', text: '' });
      expect(view.attempts).toHaveLength(1);
    });

    it('waits as long as the provider asks', async () => {
      const { jobId } = await user.generate({ prompt: 'Water [sandbox:429 retry-after=1 times=1]' });
      const view = await user.ended(jobId, 'completed');
      const [first, second] = view.attempts;
      expect(Date.parse(second!.startedAt) - Date.parse(first!.finishedAt!)).toBeGreaterThanOrEqual(1000);
    });

    it('waits for its delay, and can be cancelled while it does', async () => {
      const accepted = await user.generate({ delayMs: 3_600_000 });
      expect(accepted).toMatchObject({ expectedDelay: 3_600_000, generationStatus: 'pending' });
      const cancelled = await user.call('POST', `/api/generations/${accepted.jobId}/cancel`);
      expect(cancelled.body.data).toEqual({ id: accepted.jobId, status: 'cancelled', cancelRequested: true });
      expect(cancelled.body.message).toBe('Generation cancelled');
      const again = await user.call('POST', `/api/generations/${accepted.jobId}/cancel`);
      expect(again.body.data).toMatchObject({ status: 'cancelled' });
      expect(await eventTypes(server, accepted.jobId)).toEqual(['queued', 'cancelled']);
    });

    it('can be cancelled while its worker ends a failed take', async () => {
      const { jobId } = await user.generate({ prompt: 'Race [sandbox:ok rate=2 words=40]' });
      await until(async () => (await user.generation(jobId)).status === 'processing');
      // What the worker does at the end of a failed take, stopped before its commit.
      const worker = new pg.Client(server.database.url);
      await worker.connect();
      await worker.query('BEGIN');
      await worker.query(
        "UPDATE generations SET status = 'pending', lease_until = NULL, run_after = now() + '1 h' WHERE id = $1",
        [jobId],
      );
      await worker.query(
        `INSERT INTO generation_events (generation_id, attempt, seq, type)
         SELECT generation_id, attempt, max(seq) + 1, 'retrying' FROM generation_events
         WHERE generation_id = $1 AND attempt = 1 GROUP BY generation_id, attempt`,
        [jobId],
      );
      const cancel = user.call('POST', `/api/generations/${jobId}/cancel`);
      await until(async () => {
        const waiting = await sql(
          server,
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1",
          ['%FOR NO KEY UPDATE%'],
        );
        return waiting.length > 0;
      });
      await worker.query('COMMIT');
      await worker.end();
      expect((await cancel).body.data).toMatchObject({ status: 'cancelled' });
      expect((await eventTypes(server, jobId)).filter((type) => type !== 'delta')).toEqual([
        'queued',
        'started',
        'retrying',
        'cancelled',
      ]);
    });

    it('keeps the words of a failed take when it is cancelled before the next one', async () => {
      const { jobId, id } = await user.generate({ prompt: 'Pause [sandbox:cut after=30 times=1]', delayMs: 1 });
      await user.ended(jobId, 'completed');
      const { jobId: waiting, id: content } = await user.generate({
        prompt: 'Long pause [sandbox:429 retry-after=600 after=30]',
      });
      await until(async () => (await user.generation(waiting)).attempts[0]?.outcome === 'failed');
      await sql(
        server,
        "INSERT INTO generation_events (generation_id, attempt, seq, type, text) VALUES ($1, 1, 90, 'delta', 'Some words')",
        [waiting],
      );
      expect((await user.call('POST', `/api/generations/${waiting}/cancel`)).status).toBe(200);
      expect(await user.generation(waiting)).toMatchObject({
        status: 'cancelled',
        text: 'Some words',
        failureCode: null,
        failureReason: null,
      });
      expect((await user.content(content)).generatedText).toBe('Some words');
      expect((await user.content(id)).generatedText).not.toBe('');
    });

    it('stops the provider when it is cancelled and keeps what was written', async () => {
      const { jobId, id } = await user.generate({ prompt: 'Wine [sandbox:ok rate=20]' });
      await until(async () => (await user.generation(jobId)).text.length > 20);
      const asked = await user.call('POST', `/api/generations/${jobId}/cancel`);
      expect(asked.body.message).toBe('Cancellation requested; the generation stops in a moment');
      expect(asked.status).toBe(200);
      const view = await user.ended(jobId, 'cancelled');
      expect(view.text.length).toBeGreaterThan(20);
      expect((await user.content(id)).generatedText).toBe(view.text);
      await until(() =>
        server.sandbox.requests.some(({ aborted, body }) => aborted && JSON.stringify(body).includes('Wine')),
      );
      expect((await user.call('POST', `/api/generations/${(await user.generate()).jobId}/cancel`)).status).toBeLessThan(
        500,
      );
    });

    it('says no to cancelling or retrying what has completed', async () => {
      const { jobId } = await user.generate();
      await user.ended(jobId, 'completed');
      expect((await user.call('POST', `/api/generations/${jobId}/cancel`)).body).toMatchObject({
        status: 409,
        code: 'not_cancellable',
      });
      expect((await user.call('POST', `/api/generations/${jobId}/retry`)).body).toMatchObject({
        status: 409,
        code: 'not_retryable',
      });
    });

    it('is made once for one Idempotency-Key, however many ask at once', async () => {
      const headers = { 'idempotency-key': `key-${backend}` };
      const answers = await Promise.all(
        Array.from({ length: 100 }, () =>
          user.call('POST', '/api/content/generate', { title: 'Once', contentType: 'social', prompt: 'One' }, headers),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter(({ headers: answer }) => answer.get('idempotency-replayed') === 'true')).toHaveLength(99);
      const { body } = await user.call(
        'POST',
        '/api/content/generate',
        { prompt: 'Two', title: 'Once', contentType: 'social' },
        headers,
      );
      expect(body).toMatchObject({ status: 409, code: 'idempotency_conflict' });
      const other = await server.signUp();
      expect((await other.generate({ prompt: 'Two' }, headers)).title).toBe('Tea');
    });

    it('runs although the queue never heard of it, and although its worker vanished', async () => {
      const { jobId } = await user.generate({ prompt: 'Lost [sandbox:ok]', delayMs: 3_600_000 });
      await sql(server, "UPDATE generations SET run_after = now() - interval '5 s' WHERE id = $1", [jobId]);
      await user.ended(jobId, 'completed');

      const { jobId: orphan } = await user.generate({ delayMs: 3_600_000 });
      await sql(
        server,
        `UPDATE generations SET status = 'processing', attempt = 1, run_after = now() - interval '5 s',
           lease_until = now() - interval '1 s' WHERE id = $1`,
        [orphan],
      );
      expect((await user.ended(orphan, 'completed')).attempt).toBe(2);
    });

    it('hands running work back when its worker is told to stop, and another worker takes over', async () => {
      const alone = await startTestServer({
        serverUrl: inject('serverUrl'),
        ...(backend === 'redis' && { redisUrl: `${redisUrl}/3` }),
        workers: 0,
      });
      try {
        const first = await alone.startWorker();
        const writer = await alone.signUp();
        const { jobId } = await writer.generate({ prompt: 'Handed over [sandbox:ok rate=15 words=100]' });
        await until(async () => (await writer.generation(jobId)).text.length > 10);
        await first.stop();
        expect(await writer.generation(jobId)).toMatchObject({
          status: 'pending',
          attempts: [{ outcome: 'interrupted' }],
        });
        await alone.startWorker();
        const view = await writer.ended(jobId, 'completed');
        expect(view.attempts.map(({ outcome }) => outcome)).toEqual(['interrupted', 'completed']);
        expect((await takeTexts(alone, jobId)).get(2)).toBe(view.text);
      } finally {
        await alone.stop();
      }
    });

    it('does not overwrite what a person has written meanwhile', async () => {
      const { jobId, id } = await user.generate({ prompt: 'Edited [sandbox:ok rate=200 words=100]' });
      const edited = await user.call<ContentView>('PUT', `/api/content/${id}`, { generatedText: 'My own words' });
      expect(edited.status).toBe(200);
      const view = await user.ended(jobId, 'completed');
      expect((await user.content(id)).generatedText).toBe('My own words');
      expect(view.text).not.toBe('My own words');
    });

    it('is cancelled when its content is deleted', async () => {
      const { jobId, id } = await user.generate({ prompt: 'Deleted [sandbox:ok rate=10]' });
      expect((await user.call('DELETE', `/api/content/${id}`)).status).toBe(200);
      expect((await user.ended(jobId)).status).toBe('cancelled');
      expect((await user.call('GET', `/api/content/${id}`)).status).toBe(404);
      expect((await user.call<ContentView>('POST', `/api/content/${id}/restore`)).body.data.id).toBe(id);
    });
  });
});

function connect(server: TestServer, user: TestUser): Socket {
  return io(server.url, { auth: { token: user.session.access_token }, transports: ['websocket'], forceNew: true });
}

async function sql<Row extends pg.QueryResultRow>(server: TestServer, text: string, values: unknown[]): Promise<Row[]> {
  const client = new pg.Client(server.database.url);
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function takeTexts(server: TestServer, id: string): Promise<Map<number, string>> {
  const rows = await sql<{ attempt: number; text: string }>(
    server,
    `SELECT attempt, string_agg(text, '' ORDER BY seq) AS text FROM generation_events
     WHERE generation_id = $1 AND type = 'delta' GROUP BY attempt`,
    [id],
  );
  return new Map(rows.map(({ attempt, text }) => [attempt, text]));
}

async function eventTypes(server: TestServer, id: string): Promise<string[]> {
  const rows = await sql<{ type: string }>(
    server,
    'SELECT type FROM generation_events WHERE generation_id = $1 ORDER BY attempt, seq',
    [id],
  );
  return rows.map(({ type }) => type);
}
