import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

interface Frame {
  id: string | undefined;
  event: string;
  data: { type?: string; text?: string; offset?: number };
}

async function* frames(response: Response): AsyncGenerator<Frame, void, undefined> {
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop()!;
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
      if (!part.startsWith(':')) yield { id: field('id'), event: field('event')!, data: JSON.parse(field('data')!) };
    }
  }
}

describe('the event stream of a generation', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ serverUrl: inject('serverUrl') });
  });
  afterAll(() => server?.stop());

  const open = (id: string, token: string, lastEventId?: string, at = server) =>
    fetch(`${at.url}/api/generations/${id}/events`, {
      headers: { authorization: `Bearer ${token}`, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
    });

  it('goes on after Last-Event-ID without a word lost or said twice', async () => {
    const user = await server.signUp();
    const { jobId } = await user.generate({ prompt: 'Streams [sandbox:ok rate=200 words=300]' });
    const response = await open(jobId, user.session.access_token);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    let last = '';
    for await (const frame of frames(response)) {
      text += frame.data.text ?? '';
      last = frame.id!;
      if (text.length > 300) break;
    }
    expect(text.length).toBeGreaterThan(300);
    const events: string[] = [];
    for await (const frame of frames(await open(jobId, user.session.access_token, last))) {
      if (frame.data.text !== undefined) expect(frame.data.offset).toBe(text.length);
      text += frame.data.text ?? '';
      events.push(frame.event);
    }
    expect(events.at(-1)).toBe('completed');
    expect(events).not.toContain('started');
    expect(text).toBe((await user.generation(jobId)).text);
  });

  it('tells a reader that has seen the end not to come back', async () => {
    const user = await server.signUp();
    const { jobId } = await user.generate();
    let last = '';
    for await (const frame of frames(await open(jobId, user.session.access_token))) last = frame.id!;
    expect((await open(jobId, user.session.access_token, last)).status).toBe(204);
  });

  it('starts over for a reader that has read more than there is, and ends', async () => {
    const user = await server.signUp();
    const { jobId } = await user.generate({ prompt: 'Slow [sandbox:ok rate=20 words=900]' });
    // While it runs it waits with the others, and is sent away at the end.
    const early = await open(jobId, user.session.access_token, '9-9-9');
    await until(async () => (await user.generation(jobId)).text !== '');
    await user.call('POST', `/api/generations/${jobId}/cancel`);
    const seen = [];
    for await (const { event } of frames(early)) seen.push(event);
    expect(seen).toEqual([]);
    const { text } = await user.ended(jobId, 'cancelled');
    for (const id of ['9-9-9', '1-9999-1', '2-0-0']) {
      let read = '';
      let last = '';
      for await (const frame of frames(await open(jobId, user.session.access_token, id))) {
        read += frame.data.text ?? '';
        last = frame.event;
      }
      expect([read, last]).toEqual([text, 'cancelled']);
    }
  });

  it('refuses an id it never gave, and what is not there', async () => {
    const user = await server.signUp();
    const { jobId } = await user.generate();
    expect((await open(jobId, user.session.access_token, 'nonsense')).status).toBe(400);
    expect((await open('0198c0de-0000-7000-8000-000000000000', user.session.access_token)).status).toBe(404);
  });

  it('says that the session has expired, and ends', async () => {
    const brief = await startTestServer({
      serverUrl: inject('serverUrl'),
      workers: 0,
      env: { ACCESS_TOKEN_MINUTES: '0.1' },
    });
    try {
      const user = await brief.signUp();
      const { jobId } = await user.generate({ delayMs: 600_000 });
      const seen: string[] = [];
      for await (const { event } of frames(await open(jobId, user.session.access_token, undefined, brief)))
        seen.push(event);
      expect(seen).toEqual(['queued', 'session-expired']);
    } finally {
      await brief.stop();
    }
  });
});
