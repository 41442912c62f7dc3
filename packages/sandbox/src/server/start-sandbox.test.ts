import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../index.ts';
import { ask, post, type Upstream, upstreams } from '../testing/ask.ts';

const open: Sandbox[] = [];
async function start(options: SandboxOptions = { tokensPerSecond: 0 }): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  open.push(sandbox);
  return sandbox;
}
afterEach(() => Promise.all(open.splice(0).map((sandbox) => sandbox.close())));

/** Waits for something that is about to happen; the test's own time limit is the longest wait. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function startStream(sandbox: Sandbox, prompt: string, signal: AbortSignal): Promise<Response> {
  return fetch(`${sandbox.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: prompt }] }),
    signal,
  });
}

describe('times=N', () => {
  it.each(upstreams)('fails the first N calls with this very prompt at %s, then succeeds', async (upstream) => {
    const { url } = await start();
    const statuses = async (prompt: string, count: number) => {
      const seen: number[] = [];
      for (let index = 0; index < count; index++) seen.push((await ask(url, upstream, prompt)).status);
      return seen;
    };
    expect(await statuses('Tea [sandbox:503 times=2]', 4)).toEqual([503, 503, 200, 200]);
    expect(await statuses('Salt [sandbox:503 times=2]', 3)).toEqual([503, 503, 200]);
  });

  it('counts for each upstream by itself; only= spares the others', async () => {
    const { url } = await start();
    const statuses = (prompt: string) =>
      Promise.all(upstreams.map(async (upstream) => (await ask(url, upstream, prompt)).status));
    expect(await statuses('Tea [sandbox:500 times=1]')).toEqual([500, 500, 500, 500]);
    expect(await statuses('Tea [sandbox:500 times=1]')).toEqual([200, 200, 200, 200]);
    expect(await statuses('Tea [sandbox:500 only=google]')).toEqual([200, 500, 200, 200]);
  });
});

describe('the pace', () => {
  async function durationMs(url: string, prompt: string, stream: boolean): Promise<number> {
    const started = performance.now();
    await ask(url, 'openai-compatible', prompt, { stream });
    return performance.now() - started;
  }

  it.each([true, false])(
    'is what the prompt asks for: half the rate takes twice as long (streamed: %s)',
    async (stream) => {
      const { url } = await start();
      await durationMs(url, 'Warm up', stream);
      // Never sooner; a machine that is busy is late once, and not every time.
      const isTwice = async () => {
        const [fast, slow] = await Promise.all([
          durationMs(url, 'Tea [sandbox:ok words=100 rate=200]', stream),
          durationMs(url, 'Tea [sandbox:ok words=100 rate=100]', stream),
        ]);
        expect(fast).toBeGreaterThanOrEqual(495);
        expect(slow).toBeGreaterThanOrEqual(995);
        return slow / fast > 1.6 && slow / fast < 2.4;
      };
      await expect.poll(isTwice).toBe(true);
    },
  );

  it('comes word by word, not in one piece', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'm',
        stream: true,
        messages: [{ role: 'user', content: 'Tea [sandbox:ok words=30 rate=100]' }],
      }),
    });
    let pieces = 0;
    for await (const piece of response.body!) if (piece.length > 0) pieces++;
    // On a busy machine timers are late, and what is due by then goes out together.
    expect(pieces).toBeGreaterThan(3);
  });

  it('changes with setDefaults, for the calls that follow', async () => {
    const sandbox = await start({ tokensPerSecond: 100 });
    const slow = await durationMs(sandbox.url, 'Tea [sandbox:ok words=60]', true);
    expect(slow).toBeGreaterThanOrEqual(595);
    sandbox.setDefaults({ tokensPerSecond: Number.POSITIVE_INFINITY });
    await expect.poll(() => durationMs(sandbox.url, 'Tea [sandbox:ok words=60]', true)).toBeLessThan(595 / 3);
    sandbox.setDefaults({ firstTokenDelayMs: 200 });
    expect(await durationMs(sandbox.url, 'Tea', true)).toBeGreaterThanOrEqual(199);
    expect(await durationMs(sandbox.url, 'Tea', false)).toBeGreaterThanOrEqual(199);
  });
});

describe('a client that leaves', () => {
  it.each(['Tea [sandbox:ok rate=20 words=2000]', 'Tea [sandbox:stall after=1]', 'Tea [sandbox:ok delay=100000]'])(
    'stops the stream of %j at once',
    async (prompt) => {
      const sandbox = await start({ record: true });
      const controller = new AbortController();
      const response = await startStream(sandbox, prompt, controller.signal);
      expect(sandbox.requests).toMatchObject([
        { provider: 'openai-compatible', model: 'm', isStream: true, aborted: false },
      ]);
      const reading = response.text();
      controller.abort();
      await expect(reading).rejects.toThrow();
      await until(() => sandbox.requests[0]!.aborted);
    },
  );

  it('is noticed while nothing at all is answered', async () => {
    const sandbox = await start({ record: true });
    for (const upstream of ['xai', 'google'] satisfies Upstream[]) {
      const controller = new AbortController();
      const asking = ask(sandbox.url, upstream, 'Tea [sandbox:timeout]', { signal: controller.signal });
      await until(() => sandbox.requests.some((request) => request.provider === upstream));
      controller.abort();
      await expect(asking).rejects.toThrow();
    }
    await until(() => sandbox.requests.every(({ aborted, status }) => aborted && status === undefined));
  });

  it('is not confused with a connection that the sandbox cuts', async () => {
    const sandbox = await start({ record: true });
    await expect(ask(sandbox.url, 'xai', 'Tea [sandbox:cut after=3]', { stream: true })).rejects.toThrow();
    expect(sandbox.requests).toMatchObject([{ aborted: false }]);
  });
});

describe('close', () => {
  it('ends open streams, and may be called twice', async () => {
    const sandbox = await start();
    const response = await startStream(sandbox, 'Tea [sandbox:ok rate=1]', new AbortController().signal);
    const reading = response.text();
    await sandbox.close();
    await expect(reading).rejects.toThrow();
    await sandbox.close();
    await expect(fetch(sandbox.url)).rejects.toThrow();
  });
});

describe('requests that make no sense', () => {
  const paths = {
    xai: '/v1/responses',
    google: '/v1beta/models/m:generateContent',
    openrouter: '/api/v1/chat/completions',
    'openai-compatible': '/v1/chat/completions',
  };
  const shapes: Record<Upstream, unknown> = {
    xai: { code: expect.any(String) as string, error: expect.any(String) as string },
    google: {
      error: { code: expect.any(Number) as number, status: 'INVALID_ARGUMENT', message: expect.any(String) as string },
    },
    openrouter: { error: { code: expect.any(Number) as number, message: expect.any(String) as string } },
    'openai-compatible': { error: { type: 'invalid_request_error', message: expect.any(String) as string } },
  };

  it.each(upstreams)('get a 400 of %s', async (upstream) => {
    const sandbox = await start();
    for (const body of [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '{}',
      '{"model":1}',
      '{"model":"m","messages":[],"input":[],"contents":[]}',
      '{"model":"m","messages":[{"role":"system","content":"x"}],"input":[{"role":"system"}],"contents":[{"role":"model","parts":[]}]}',
    ]) {
      const answer = await post(sandbox.url + paths[upstream], body);
      expect([body, answer.status]).toEqual([body, 400]);
      expect(answer.json).toMatchObject(shapes[upstream] as object);
    }
    const typo = await ask(sandbox.url, upstream, 'Tea [sandbox:tea-pot]');
    expect(typo.status).toBe(400);
    expect(typo.text).toContain('no fault \\"tea-pot\\"');
  });

  it.each(upstreams)('get a 413 of %s when they are larger than 32 MB, and not before', async (upstream) => {
    const sandbox = await start({ tokensPerSecond: 0, record: true });
    const large = await ask(sandbox.url, upstream, 'x'.repeat(32_000_000));
    expect(large.status).toBe(413);
    expect(large.json).toMatchObject(shapes[upstream] as object);
    expect((await ask(sandbox.url, upstream, `Tea ${'x'.repeat(1_900_000)}`)).status).toBe(200);
    expect(sandbox.requests.at(-1)!.body).toBeUndefined();
  });

  it('get a 404 on other paths and methods', async () => {
    const { url } = await start();
    for (const path of ['/', '/v1/responses', '/v2/chat', '/v1beta/models/m:countTokens', '//', '/%'])
      expect((await fetch(url + path)).status).toBe(404);
    expect((await post(`${url}/v1beta/models/m:countTokens`, '{}')).status).toBe(404);
    expect((await post(`${url}/v1beta/models/%E0%A4%A:generateContent`, '{}')).status).toBe(400);
  });

  it('do no harm when the client leaves in the middle of sending', async () => {
    const { url, port } = await start();
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"mod', () =>
          socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
    });
    expect((await ask(url, 'openai-compatible', 'Tea')).status).toBe(200);
  });
});

describe('over many requests', () => {
  it('keeps the latest 1,000 when asked to, and none otherwise; keys are not kept', async () => {
    const [recording, silent] = [await start({ tokensPerSecond: 0, record: true }), await start()];
    for (let batch = 0; batch < 21; batch++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          ask(recording.url, 'xai', `Tea ${batch * 50 + index} [sandbox:ok words=5]`, { key: 'my-secret' }),
        ),
      );
    }
    await ask(silent.url, 'xai', 'Tea');
    expect(silent.requests).toHaveLength(0);
    expect(recording.requests).toHaveLength(1000);
    expect(JSON.stringify(recording.requests.at(-1))).toContain('Tea 10');
    expect(JSON.stringify(recording.requests)).not.toContain('my-secret');
    expect(recording.requests.every(({ status, aborted }) => status === 200 && !aborted)).toBe(true);
  });
});
