import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, faults, type Sandbox, startSandbox } from '../index.ts';
import { ask, type Upstream, upstreams } from '../testing/ask.ts';
import { type Outcome, sdkModel, stream, whole } from '../testing/sdk-models.ts';

/** The clients of real programs read the sandbox, and see of each fault what they see of the real service. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tokensPerSecond: 0 });
});
afterAll(() => sandbox.close());

const both = { stream, whole };
const ways = Object.keys(both) as Array<keyof typeof both>;
const everyWay = upstreams.flatMap((upstream) => ways.map((way) => [upstream, way] as const));

describe.each(everyWay)('the SDK client of %s, %s', (upstream, way) => {
  const call = (
    prompt: string,
    question: { maxOutputTokens?: number; seed?: number; abortSignal?: AbortSignal } = {},
    options = {},
  ) => both[way](sdkModel(sandbox.url, upstream, options), { prompt, ...question });

  it('reads text, end and usage', async () => {
    const outcome = await call('Write a blog post about tea', { seed: 5 });
    expect(outcome).toMatchObject({ finishReason: 'stop', error: undefined, inputTokens: 7 });
    expect(outcome.text).toContain('No AI model wrote this');
    expect(outcome.text).toContain('“tea”');
    expect(outcome.outputTokens).toBe(outcome.text.match(/\S+/g)?.length);
    expect((await call('Write a blog post about tea', { seed: 5 })).text).toBe(outcome.text);
    expect((await call('Write a blog post about tea', { seed: 6 })).text).not.toBe(outcome.text);
  });

  it('stops at the limit of tokens', async () => {
    const outcome = await call('Tea', { maxOutputTokens: 25 });
    expect(outcome.outputTokens).toBe(25);
    // Read whole, xAI's client passes on `incomplete`, which it has no word for.
    expect(outcome.finishReason).toBe(upstream === 'xai' && way === 'whole' ? 'other' : 'length');
  });

  it('reads the words of a thinking model apart from its thoughts', async () => {
    const outcome = await call('Tea [sandbox:ok words=40]', {}, { model: 'grok-4.20-reasoning' });
    expect(outcome).toMatchObject({ finishReason: 'stop', error: undefined });
    expect(outcome.text.match(/\S+/g)).toHaveLength(40);
    expect(outcome.text).not.toContain('No model is thinking here');
  });

  it('is refused without a key it needs, and with a wrong one', async () => {
    const wrong = await call('Tea', {}, { apiKey: 'bad-key' });
    expect(wrong).toMatchObject(httpErrors['bad-key']?.(upstream) ?? {});
    const { status } = await ask(sandbox.url, upstream, 'Tea', { key: '', stream: way === 'stream' });
    expect(status).toBe({ xai: 401, google: 403, openrouter: 401, 'openai-compatible': 200 }[upstream]);
  });

  it.each(Object.keys(httpErrors))('sees the HTTP error of %s', async (fault) => {
    const outcome = await call(`Tea [sandbox:${fault}]`);
    const expected = httpErrors[fault as Fault]!(upstream);
    expect(outcome).toMatchObject({ errorName: 'AI_APICallError', text: '', ...expected });
    expect(outcome.isRetryable).toBe([408, 429].includes(expected.status) || expected.status >= 500);
  });

  it.each(Object.keys(brokenStreams))('sees what %s leaves of a text', async (fault) => {
    const outcome = await call(`Tea [sandbox:${fault} after=30]`);
    const table = way === 'stream' ? brokenStreams : brokenWholes;
    const expected = table[fault as Fault]![upstream];
    const { words, ...rest } = expected;
    expect(outcome).toMatchObject(rest);
    expect(outcome.text.match(/\S+/g)?.length ?? 0).toBe(words);
  });

  it.each(['timeout', 'stall'])('hears nothing more after %s, until it gives up', async (fault) => {
    // Long enough for the words before the silence to come through on a busy machine.
    const patienceMs = fault === 'stall' ? 2000 : 400;
    const started = performance.now();
    const outcome = await call(`Tea [sandbox:${fault} after=12]`, { abortSignal: AbortSignal.timeout(patienceMs) });
    expect(performance.now() - started).toBeGreaterThan(patienceMs - 10);
    expect(outcome.error).toBeDefined();
    expect(outcome.finishReason).toBeUndefined();
    expect(outcome.text.match(/\S+/g)?.length ?? 0).toBe(fault === 'stall' && way === 'stream' ? 12 : 0);
  });

  it('gets texts that nobody wants', async () => {
    expect(await call('Tea [sandbox:empty]')).toMatchObject({ text: '', finishReason: 'stop', outputTokens: 0 });
    const repeated = await call('Tea [sandbox:repeat words=100]');
    expect(repeated.text.match(/the same words come back again/g)).toHaveLength(14);
    expect((await call('Write about tea. [sandbox:echo]')).text).toBe('Write about tea. [sandbox:echo]');
    const length = await call('Tea [sandbox:length after=33]');
    expect(length.outputTokens).toBe(33);
    expect(length.finishReason).toBe(upstream === 'xai' && way === 'whole' ? 'other' : 'length');
  });
});

type Expected = Partial<Outcome> & { status: number };

/** Status and words of each refusal (WIRE.md 1.4, 2.4, 3 and 4). */
const httpErrors: Partial<Record<Fault, (upstream: Upstream) => Expected>> = {
  'bad-key': by({
    xai: [400, /^Client specified an invalid argument: Incorrect API key provided: /],
    google: [400, /^API key not valid\. Please pass a valid API key\.$/],
    openrouter: [401, /./],
    'openai-compatible': [401, /^Incorrect API key/],
  }),
  credits: by({
    xai: [
      403,
      /^permission-denied: Your team .* has either used all available credits or reached its monthly spending limit\./,
    ],
    google: [429, /credits are depleted/],
    openrouter: [402, /^Insufficient credits/],
    'openai-compatible': [429, /exceeded your current quota/],
  }),
  '429-daily': by({
    xai: [429, /per day/],
    google: [429, /quota/],
    openrouter: [429, /per-day/],
    'openai-compatible': [429, /per day/],
  }),
  '502-html': all(502, /^Bad Gateway$/),
  '401': all(401),
  '402': all(402),
  '403': all(403),
  '404': by({
    xai: [404, /grok-4\.3/],
    google: [404, /gemini-3\.7-flash/],
    openrouter: [404, /llama/],
    'openai-compatible': [404, /octavo-sample/],
  }),
  '408': all(408),
  '429': all(429),
  '500': all(500),
  '503': all(503),
};

function by(table: Record<Upstream, [number, RegExp]>) {
  return (upstream: Upstream): Expected => ({
    status: table[upstream][0],
    message: expect.stringMatching(table[upstream][1]) as string,
  });
}

function all(status: number, message = /./) {
  return by({
    xai: [status, message],
    google: [status, message],
    openrouter: [status, message],
    'openai-compatible': [status, message],
  });
}

type Rest = Partial<Outcome> & { words: number };

const torn: Rest = {
  words: 30,
  errorName: 'AI_APICallError',
  message: 'Failed to process successful response',
  finishReason: undefined,
};
const unparsed: Rest = { words: 30, errorName: 'AI_JSONParseError', finishReason: 'error' };
const unknown: Rest = { words: 30, errorName: 'AI_TypeValidationError', finishReason: 'error' };
const endless: Rest = { words: 30, errorName: 'AI_InvalidResponseDataError', finishReason: 'error' };
const filtered: Rest = { words: 30, finishReason: 'content-filter', error: undefined };

/** How a stream that breaks shows differs from client to client (WIRE.md 1.2, 2.2, 3 and 4). */
const brokenStreams: Partial<Record<Fault, Record<Upstream, Rest>>> = {
  cut: { xai: torn, google: torn, openrouter: torn, 'openai-compatible': torn },
  'end-early': {
    xai: { words: 30, finishReason: 'other', error: undefined, outputTokens: 0 },
    google: { words: 30, finishReason: 'interrupted' as never, error: undefined },
    openrouter: endless,
    'openai-compatible': endless,
  },
  'error-mid': {
    xai: { words: 30, finishReason: 'other', status: 500, isRetryable: true },
    google: { words: 30, finishReason: 'error', status: 503, isRetryable: true },
    openrouter: { words: 30, finishReason: 'error', message: 'Provider disconnected unexpectedly' },
    'openai-compatible': {
      words: 30,
      finishReason: 'error',
      message: 'The server had an error while processing your request.',
    },
  },
  garbage: {
    xai: { ...unparsed, finishReason: 'other' },
    google: unparsed,
    openrouter: unparsed,
    'openai-compatible': unparsed,
  },
  'wrong-shape': {
    xai: { ...unknown, finishReason: 'other' },
    google: unknown,
    openrouter: unknown,
    'openai-compatible': unknown,
  },
  refuse: { xai: filtered, google: filtered, openrouter: filtered, 'openai-compatible': filtered },
};

const invalid: Rest = {
  words: 0,
  errorName: 'AI_APICallError',
  status: 200,
  isRetryable: false,
  message: 'Invalid JSON response',
};
const tornWhole: Rest = { ...torn, words: 0 };
const failed: Rest = { words: 0, errorName: 'AI_APICallError', status: 500, isRetryable: true };
const unended: Rest = { words: 30, finishReason: 'other', error: undefined };

const brokenWholes: typeof brokenStreams = {
  cut: { xai: tornWhole, google: tornWhole, openrouter: tornWhole, 'openai-compatible': tornWhole },
  'end-early': { xai: unended, google: unended, openrouter: unended, 'openai-compatible': unended },
  'error-mid': { xai: failed, google: failed, openrouter: invalid, 'openai-compatible': failed },
  garbage: { xai: invalid, google: invalid, openrouter: invalid, 'openai-compatible': invalid },
  'wrong-shape': { xai: invalid, google: invalid, openrouter: invalid, 'openai-compatible': invalid },
  refuse: {
    xai: { ...filtered, finishReason: 'other' },
    google: filtered,
    openrouter: filtered,
    'openai-compatible': filtered,
  },
};

describe('refusals before the first word', () => {
  it('come in the way of each upstream', async () => {
    const refused = await Promise.all(
      upstreams.map((upstream) => stream(sdkModel(sandbox.url, upstream), { prompt: 'Tea [sandbox:refuse]' })),
    );
    expect(refused).toMatchObject([
      { finishReason: 'content-filter', text: '' },
      { finishReason: 'content-filter', text: '' },
      { status: 403, message: expect.stringContaining('flagged') as string },
      { finishReason: 'content-filter', text: "I'm sorry, but I can't help with that." },
    ]);
    const { json } = await ask(sandbox.url, 'openrouter', 'Tea [sandbox:refuse]');
    expect(json).toMatchObject({
      error: { code: 403, metadata: { reasons: ['violence'], model_slug: 'meta-llama/llama-3.3-70b-instruct' } },
    });
  });
});

describe('what an error says beside its message', () => {
  it('Retry-After in a header, or for Gemini in the body', async () => {
    const prompt = 'Tea [sandbox:429 retry-after=7]';
    const answers = await Promise.all(upstreams.map((upstream) => ask(sandbox.url, upstream, prompt)));
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['7', null, '7', '7']);
    expect(answers[1]?.text).toContain('"retryDelay":"7s"');
    expect(answers[2]?.headers.get('x-ratelimit-remaining')).toBe('0');
    const without = await ask(sandbox.url, 'xai', 'Tea [sandbox:429]');
    expect(without.headers.get('retry-after')).toBeNull();
  });

  it('a quota of the day, told from one of the minute', async () => {
    expect((await ask(sandbox.url, 'google', 'Tea [sandbox:429-daily]')).text).toContain(
      'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
    );
    expect((await ask(sandbox.url, 'google', 'Tea [sandbox:429]')).text).toContain(
      'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
    );
  });

  it('the bodies of the real services', async () => {
    const body = async (upstream: Upstream, fault: string) =>
      (await ask(sandbox.url, upstream, `Tea [sandbox:${fault}]`)).json;
    expect(await body('xai', 'bad-key')).toEqual({
      code: 'Client specified an invalid argument',
      error: expect.any(String) as string,
    });
    expect(await body('google', 'bad-key')).toMatchObject({
      error: {
        code: 400,
        status: 'INVALID_ARGUMENT',
        details: [{ reason: 'API_KEY_INVALID', domain: 'googleapis.com' }],
      },
    });
    expect(await body('google', '404')).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
    expect(await body('openrouter', '402')).toMatchObject({
      error: { code: 402, metadata: { limit_source: 'openrouter_credits' } },
      user_id: expect.any(String) as string,
    });
    expect(await body('openai-compatible', 'credits')).toMatchObject({
      error: { code: 'insufficient_quota', param: null },
    });
    const page = await ask(sandbox.url, 'xai', 'Tea [sandbox:502-html]');
    expect([page.status, page.headers.get('content-type')?.split(';')[0], page.json]).toEqual([
      502,
      'text/html',
      undefined,
    ]);
  });

  it('leaves no fault untried', () => {
    const tried = [
      ...Object.keys(httpErrors),
      ...Object.keys(brokenStreams),
      'timeout',
      'stall',
      'empty',
      'length',
      'repeat',
      'echo',
    ];
    expect(tried.toSorted()).toEqual([...faults].toSorted());
  });
});
