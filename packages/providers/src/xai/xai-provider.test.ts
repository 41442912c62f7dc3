import { describe, expect, it } from 'vitest';
import { createXaiProvider } from './index.ts';
import { collect } from '../testing/collect.ts';
import { settingsFor } from '../testing/settings.ts';
import { sendEvents, startUpstream } from '../testing/start-upstream.ts';

const delta = { type: 'response.output_text.delta', item_id: 'm', output_index: 0, content_index: 0, delta: 'Tea.' };
const completed = {
  type: 'response.completed',
  response: {
    id: 'r',
    object: 'response',
    model: 'grok',
    status: 'completed',
    output: [],
    usage: { input_tokens: 1, output_tokens: 1 },
  },
};

async function write(events: unknown[]) {
  await using upstream = await startUpstream((_request, response) => sendEvents(response, events));
  // Awaited here: the upstream is gone when this function ends.
  return await collect(createXaiProvider(settingsFor(upstream.url)), { prompt: 'Tea' });
}

describe('xAI', () => {
  it('passes over an event that is new to the SDK and carries no text', async () => {
    const { text, finish, error } = await write([{ type: 'response.queued', sequence_number: 0 }, delta, completed]);
    expect(error).toBeUndefined();
    expect(text).toBe('Tea.');
    expect(finish).toMatchObject({ finishReason: 'stop', warnings: ['Unknown event response.queued'] });
  });

  it.each([
    ['a lost piece of text', { ...delta, delta: 17 }],
    ['an ending of a new kind', { type: 'response.completed_partly', response: {} }],
    ['something else', { hello: 'world' }],
  ])('does not pass over %s', async (_what, event) => {
    const { finish, error } = await write([delta, event, completed]);
    expect(error).toMatchObject({ code: 'provider_bad_answer' });
    expect(finish).toBeUndefined();
  });

  it('takes a failed response for a failure', async () => {
    const failed = {
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow' } },
    };
    expect((await write([failed])).error).toMatchObject({ code: 'provider_rate_limited', isRetryable: true });
    expect((await write([delta, failed])).error).toMatchObject({ code: 'provider_stream_cut' });
  });
});
