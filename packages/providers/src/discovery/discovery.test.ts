import { afterEach, describe, expect, it, vi } from 'vitest';
import { sendJson, startUpstream } from '../testing/start-upstream.ts';
import { startDiscovery } from './discovery.ts';

const list = (...ids: string[]) => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });

/** However busy the machine is. */
const sooner = { timeout: 60_000 };

/** A port of this machine on which nobody listens. */
async function freePort(): Promise<number> {
  await using server = await startUpstream(() => undefined);
  return server.port;
}

const opened: Array<{ stop(): void }> = [];
function search(options: Parameters<typeof startDiscovery>[0]) {
  const discovery = startDiscovery(options);
  opened.push(discovery);
  return discovery;
}
afterEach(() => {
  for (const discovery of opened.splice(0)) discovery.stop();
});

describe('looking for servers on this machine', () => {
  it('takes the first of the list that answers with models', async () => {
    await using ollama = await startUpstream((_request, response) => sendJson(response, 200, list('llama3', 'qwen3')));
    await using vllm = await startUpstream((_request, response) => sendJson(response, 200, list('mistral')));
    const servers = [
      { name: 'Nobody', port: await freePort() },
      { name: 'Ollama', port: ollama.port },
      { name: 'vLLM', port: vllm.port },
    ];
    // A look waits half a second for an answer; on a busy machine the next one may be the first that gets it.
    const discovery = search({ intervalMs: 50, servers });
    expect(discovery.found()).toBeUndefined();
    await vi.waitFor(() => expect(discovery.found()?.name).toBe('Ollama'), sooner);
    expect(discovery.found()).toMatchObject({
      name: 'Ollama',
      baseUrl: `${ollama.url}/v1`,
      models: ['llama3', 'qwen3'],
      isAnswering: true,
    });
    expect(ollama.seen[0]).toMatchObject({ url: '/v1/models' });
  });

  it.each<[string, Parameters<typeof startUpstream>[0]]>([
    [
      'a web page',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
    ],
    ['JSON of another shape', (_request, response) => sendJson(response, 200, { data: [{ id: 'x' }] })],
    ['a list without models', (_request, response) => sendJson(response, 200, list())],
    ['JSON that breaks off', (_request, response) => sendJson(response, 200, '{"object":"list","data":[')],
    [
      'a list that is not said to be JSON',
      (_request, response) => response.writeHead(200).end(JSON.stringify(list('x'))),
    ],
    ['an error', (_request, response) => sendJson(response, 401, list('x'))],
    ['a way to somewhere else', (_request, response) => response.writeHead(302, { location: '/v1/other' }).end()],
    ['nothing at all', () => undefined],
    [
      'a body without end',
      (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    ],
  ])('does not take %s for one', async (_what, answer) => {
    await using server = await startUpstream(answer);
    const discovery = search({ intervalMs: 60_000, servers: [{ name: 'Some program', port: server.port }] });
    await discovery.ready;
    expect(discovery.found()).toBeUndefined();
  });

  it('keeps looking, remembers a server that fell silent, and forgets it in the end', async () => {
    let isUp = false;
    let now = 0;
    await using server = await startUpstream((_request, response) =>
      isUp ? sendJson(response, 200, list('llama3')) : response.destroy(),
    );
    const discovery = search({ intervalMs: 5, servers: [{ name: 'Ollama', port: server.port }], now: () => now });
    await discovery.ready;
    expect(discovery.found()).toBeUndefined();

    isUp = true;
    await vi.waitFor(() => expect(discovery.found()).toMatchObject({ isAnswering: true }), sooner);
    isUp = false;
    await vi.waitFor(() => expect(discovery.found()).toMatchObject({ models: ['llama3'], isAnswering: false }), sooner);
    now = 15 * 60_000 - 1;
    const looks = server.seen.length;
    await vi.waitFor(() => expect(server.seen.length).toBeGreaterThan(looks + 2), sooner);
    expect(discovery.found()).toBeDefined();
    now += 1;
    await vi.waitFor(() => expect(discovery.found()).toBeUndefined(), sooner);
  });

  it('prefers one that answers to one that fell silent', async () => {
    let isUp = true;
    await using ollama = await startUpstream((_request, response) =>
      isUp ? sendJson(response, 200, list('llama3')) : response.destroy(),
    );
    await using vllm = await startUpstream((_request, response) => sendJson(response, 200, list('mistral')));
    const servers = [
      { name: 'Ollama', port: ollama.port },
      { name: 'vLLM', port: vllm.port },
    ];
    const discovery = search({ intervalMs: 5, servers });
    await vi.waitFor(() => expect(discovery.found()?.name).toBe('Ollama'), sooner);
    isUp = false;
    await vi.waitFor(() => expect(discovery.found()?.name).toBe('vLLM'), sooner);
  });

  it('stops when told to, even in the middle of a look', async () => {
    await using server = await startUpstream((_request, response) => sendJson(response, 200, list('llama3')));
    const discovery = search({ intervalMs: 1, servers: [{ name: 'Ollama', port: server.port }] });
    discovery.stop();
    await discovery.ready;
    expect(server.seen).toHaveLength(1);
  });
});
