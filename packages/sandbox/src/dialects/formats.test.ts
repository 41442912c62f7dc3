import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../index.ts';
import { ask, upstreams } from '../testing/ask.ts';

/** What the format descriptions require, checked without any recording at hand. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tokensPerSecond: 0 });
});
afterAll(() => sandbox.close());

describe('what every answer must hold', () => {
  it('of xAI: the order of events without thoughts, ids that agree, usage with its cost', async () => {
    const { events } = await ask(sandbox.url, 'xai', 'Tea [sandbox:ok words=30]', { stream: true });
    const types = events.map((event) => event['type']);
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const last = events.at(-1) as { response: Record<string, unknown> };
    expect(last.response).toMatchObject({
      object: 'response',
      status: 'completed',
      output: [{ type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text' }] }],
      usage: { output_tokens: 30, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 30 + 7 },
    });
    expect((last.response['usage'] as { cost_in_usd_ticks: number }).cost_in_usd_ticks).toBe(7 * 12_500 + 30 * 25_000);
    const { json } = await ask(sandbox.url, 'xai', 'Tea [sandbox:ok words=30]');
    expect({ ...json, id: 0, created_at: 0, output: 0 }).toEqual({ ...last.response, id: 0, created_at: 0, output: 0 });
  });

  it('of OpenRouter: a comment while waiting, who served it, the cost, the generation id', async () => {
    const streamed = await ask(sandbox.url, 'openrouter', 'Tea [sandbox:ok words=30]', { stream: true });
    expect(streamed.text.startsWith(': OPENROUTER PROCESSING\n\n')).toBe(true);
    expect(streamed.text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(streamed.events.at(-1)).toMatchObject({
      choices: [],
      usage: { completion_tokens: 30, total_tokens: 37, cost: 97 / 1e7 },
    });
    expect(
      streamed.events.every(
        (event) => event['object'] === 'chat.completion.chunk' && event['provider'] === 'Octavo sandbox',
      ),
    ).toBe(true);
    const { json, headers } = await ask(sandbox.url, 'openrouter', 'Tea', { model: 'some/model:free' });
    expect(headers.get('x-generation-id')).toBe(json?.['id']);
    expect(json).toMatchObject({
      choices: [{ native_finish_reason: 'stop' }],
      usage: { cost: 0, cost_details: { upstream_inference_cost: null } },
    });
  });

  it('of an OpenAI-compatible server: usage in a stream only for those who ask', async () => {
    const asked = await ask(sandbox.url, 'openai-compatible', 'Tea', { stream: true });
    expect(asked.events.at(-1)).toMatchObject({ choices: [], usage: {} });
    const response = await fetch(`${sandbox.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Tea' }] }),
    });
    expect(await response.text()).not.toContain('"usage"');
  });

  it('of Gemini: usage on every chunk, a reason to end only on the last, nothing but feedback for a blocked prompt', async () => {
    const { events } = await ask(sandbox.url, 'google', 'Tea [sandbox:ok words=30]', { stream: true });
    expect(events).toHaveLength(31);
    expect(
      events.map((event) => (event['usageMetadata'] as { candidatesTokenCount: number }).candidatesTokenCount),
    ).toEqual([...Array.from({ length: 30 }, (_, index) => index + 1), 30]);
    const { json } = await ask(sandbox.url, 'google', 'Tea [sandbox:refuse]');
    expect(json).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect(json).not.toHaveProperty('candidates');
  });

  it.each(upstreams)('of %s: the streamed text is the whole text', async (upstream) => {
    const streamed = await ask(sandbox.url, upstream, 'A story about “tea”\nand \\ salt', { stream: true });
    const whole = await ask(sandbox.url, upstream, 'A story about “tea”\nand \\ salt');
    const pieces: Record<typeof upstream, (event: never) => string | undefined> = {
      xai: (event: { type: string; delta?: string }) =>
        event.type === 'response.output_text.delta' ? event.delta : '',
      google: (event: { candidates: [{ content: { parts: [{ text: string }] } }] }) =>
        event.candidates[0].content.parts[0].text,
      openrouter: (event: { choices: Array<{ delta: { content?: string } }> }) => event.choices[0]?.delta.content,
      'openai-compatible': (event: { choices: Array<{ delta: { content?: string } }> }) =>
        event.choices[0]?.delta.content,
    };
    const text = streamed.events.map((event) => pieces[upstream](event as never) ?? '').join('');
    expect(text.length).toBeGreaterThan(500);
    expect(JSON.stringify(whole.json)).toContain(JSON.stringify(text));
  });

  it('lists models as each upstream does', async () => {
    const get = async (path: string, headers = {}) => {
      const response = await fetch(sandbox.url + path, { headers });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    expect(await get('/v1/models')).toMatchObject({
      status: 200,
      body: { object: 'list', data: [{ id: 'octavo-sample', object: 'model' }, {}, {}, {}, {}] },
    });
    expect(await get('/v1/models', { authorization: 'Bearer bad-key' })).toMatchObject({ status: 401 });
    expect(await get('/api/v1/models')).toMatchObject({ status: 401, body: { error: { code: 401 } } });
    expect(await get('/api/v1/models', { authorization: 'Bearer k' })).toMatchObject({
      body: { data: [{ pricing: { prompt: '0' } }, {}, {}, {}, {}] },
    });
    expect(await get('/v1beta/models?key=k')).toMatchObject({
      body: { models: [{ name: 'models/octavo-sample' }, {}, {}, {}, {}] },
    });
    expect(await get('/v1beta/models')).toMatchObject({
      status: 403,
      body: { error: { status: 'PERMISSION_DENIED' } },
    });
  });
});
