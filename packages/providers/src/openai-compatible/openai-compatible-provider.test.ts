import { describe, expect, it, vi } from 'vitest';
import { collect } from '../testing/collect.ts';
import { settingsFor } from '../testing/settings.ts';
import { sendEvents, sendJson, startUpstream } from '../testing/start-upstream.ts';
import { createOpenaiCompatibleProvider } from './index.ts';

const list = (...ids: string[]) => ({ object: 'list', data: ids.map((id) => ({ id })) });
const chunk = (content: string, finish?: string) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish ?? null }],
});

function settings(openaiCompatible: { baseUrl?: string; apiKey?: string; model?: string }, enabled = true) {
  return {
    ...settingsFor('http://sandbox.invalid'),
    openaiCompatible: {
      baseUrl: undefined,
      apiKey: undefined,
      model: undefined,
      imageModel: undefined,
      visionModel: undefined,
      ...openaiCompatible,
    },
    discovery: { enabled, intervalMs: 5 },
  };
}

describe('an OpenAI-compatible server', () => {
  it('is found, described and asked, without the key of another', async () => {
    await using ollama = await startUpstream((request, response) =>
      request.method === 'GET'
        ? sendJson(response, 200, list('text-embedding-nomic', 'llama3'))
        : sendEvents(response, [
            chunk('Tea.'),
            chunk('', 'stop'),
            { choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } },
          ]),
    );
    const { provider, ready } = createOpenaiCompatibleProvider(settings({ apiKey: 'for-another' }), [
      { name: 'Ollama', port: ollama.port },
    ]);
    await ready;
    expect(provider.state()).toMatchObject({
      available: true,
      defaultModel: 'llama3',
      models: ['text-embedding-nomic', 'llama3'],
      note: `Ollama found at ${ollama.url}`,
    });
    const { text, finish } = await collect(provider, { prompt: 'Tea' });
    expect(text).toBe('Tea.');
    expect(finish).toMatchObject({ finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 1 } });
    const call = ollama.seen.find(({ url }) => url === '/v1/chat/completions');
    expect(call?.headers.authorization).toBeUndefined();
    await provider.close();
  });

  it('is the one in the settings rather than one that could be found', async () => {
    await using found = await startUpstream((_request, response) => sendJson(response, 200, list('other')));
    await using configured = await startUpstream((_request, response) =>
      sendJson(response, 200, { data: [{ id: 'mine' }] }),
    );
    const { provider, ready } = createOpenaiCompatibleProvider(
      settings({ baseUrl: `${configured.url}/v1/`, apiKey: 'k' }),
      [{ name: 'Ollama', port: found.port }],
    );
    await ready;
    expect(provider.state()).toMatchObject({
      available: true,
      defaultModel: 'mine',
      note: `The configured server at ${configured.url}/v1`,
    });
    expect(found.seen).toEqual([]);
    expect(configured.seen[0]?.headers.authorization).toBe('Bearer k');
    await provider.close();
  });

  it('may start after us', async () => {
    let isUp = false;
    await using server = await startUpstream((_request, response) =>
      isUp ? sendJson(response, 200, list('late')) : response.destroy(),
    );
    const { provider, ready } = createOpenaiCompatibleProvider(settings({ baseUrl: `${server.url}/v1` }, false));
    await ready;
    expect(provider.state()).toMatchObject({ available: false, note: expect.stringContaining('not answering') });
    isUp = true;
    await vi.waitFor(() => expect(provider.state()).toMatchObject({ available: true, defaultModel: 'late' }), {
      timeout: 60_000,
    });
    await provider.close();
  });

  it('needs no answer when the settings name its model', async () => {
    const { provider, ready } = createOpenaiCompatibleProvider(
      settings({ baseUrl: 'http://user:word@127.0.0.1:1/v1?key=1', model: 'm' }),
    );
    await ready;
    expect(provider.state()).toMatchObject({
      available: true,
      defaultModel: 'm',
      models: ['m'],
      note: 'The configured server at http://127.0.0.1:1/v1',
    });
    await provider.close();
  });

  it('is not there when nothing is set and nothing may be looked for', async () => {
    const { provider, ready } = createOpenaiCompatibleProvider(settings({}, false));
    await ready;
    expect(provider.state()).toMatchObject({
      available: false,
      defaultModel: null,
      note: expect.stringContaining('OPENAI_COMPATIBLE_BASE_URL'),
    });
    const { error } = await collect(provider, { prompt: 'Tea', model: 'm' });
    expect(error).toMatchObject({ code: 'provider_unavailable', isRetryable: true });
  });

  it('that only has models for vectors says so', async () => {
    await using server = await startUpstream((_request, response) => sendJson(response, 200, list('nomic-embed-text')));
    const { provider, ready } = createOpenaiCompatibleProvider(settings({}), [
      { name: 'LM Studio', port: server.port },
    ]);
    await ready;
    expect(provider.state()).toMatchObject({
      available: false,
      defaultModel: null,
      note: expect.stringContaining('OPENAI_COMPATIBLE_MODEL'),
    });
    await provider.close();
  });
});
