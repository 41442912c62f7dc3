type Json = Record<string, unknown>;

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined when the body is no JSON. */
  json: Json | undefined;
  /** The JSON of each `data:` line but `[DONE]`. */
  events: Json[];
  /** The `event:` lines. */
  eventNames: string[];
}

/** How each upstream is asked, without any SDK in between. */
const requests = {
  xai: (prompt: string, stream: boolean, model = 'grok-4.3') => ({
    path: '/v1/responses',
    body: { model, input: [{ role: 'user', content: [{ type: 'input_text', text: prompt }] }], stream },
  }),
  google: (prompt: string, stream: boolean, model = 'gemini-3.7-flash') => ({
    path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents: [{ role: 'user', parts: [{ text: prompt }] }] },
  }),
  openrouter: (prompt: string, stream: boolean, model = 'meta-llama/llama-3.3-70b-instruct') => ({
    path: '/api/v1/chat/completions',
    body: { model, messages: [{ role: 'user', content: prompt }], stream },
  }),
  'openai-compatible': (prompt: string, stream: boolean, model = 'octavo-sample') => ({
    path: '/v1/chat/completions',
    body: { model, messages: [{ role: 'user', content: prompt }], stream, stream_options: { include_usage: true } },
  }),
};
export type Upstream = keyof typeof requests;
export const upstreams = Object.keys(requests) as Upstream[];

export async function ask(
  url: string,
  upstream: Upstream,
  prompt: string,
  options: { stream?: boolean; model?: string; key?: string; signal?: AbortSignal } = {},
): Promise<RawAnswer> {
  const { path, body } = requests[upstream](prompt, options.stream ?? false, options.model);
  return post(`${url}${path}`, JSON.stringify(body), options);
}

export async function post(
  url: string,
  body: string,
  options: { key?: string; signal?: AbortSignal } = {},
): Promise<RawAnswer> {
  const { key = 'test-key' } = options;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== '' && (url.includes('/v1beta/') ? { 'x-goog-api-key': key } : { authorization: `Bearer ${key}` })),
    },
    body,
    ...(options.signal && { signal: options.signal }),
  });
  const text = await response.text();
  const lines = text.split('\n');
  const after = (prefix: string) =>
    lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: parse(text),
    events: after('data: ')
      .map(parse)
      .filter((event) => event !== undefined),
    eventNames: after('event: '),
  };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
