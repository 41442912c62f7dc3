import type { Dialect } from '../dialects/dialect.ts';
import { openaiCompatible, openrouter } from '../dialects/chat.ts';
import { gemini } from '../dialects/gemini.ts';
import { xai } from '../dialects/xai.ts';

export type Route =
  | { kind: 'call'; dialect: Dialect; model?: string; stream?: boolean }
  | { kind: 'models'; dialect: Dialect; body: unknown };

const sampleModel = 'octavo-sample';
const openaiModels = { object: 'list', data: [{ id: sampleModel, object: 'model', created: 1_790_000_000, owned_by: 'octavo' }] };

/** Which upstream a path belongs to. */
export function route(method: string, path: string): Route | undefined {
  if (method === 'POST') {
    if (path === '/v1/responses') return { kind: 'call', dialect: xai };
    if (path === '/v1/chat/completions') return { kind: 'call', dialect: openaiCompatible };
    if (path === '/api/v1/chat/completions') return { kind: 'call', dialect: openrouter };
    const generate = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent)$/.exec(path);
    if (generate?.[1]) {
      return { kind: 'call', dialect: gemini, model: decodeURIComponent(generate[1]), stream: generate[2] === 'streamGenerateContent' };
    }
  }
  if (method === 'GET') {
    if (path === '/v1/models') return { kind: 'models', dialect: openaiCompatible, body: openaiModels };
    if (path === '/api/v1/models') return { kind: 'models', dialect: openrouter, body: openaiModels };
    if (path === '/v1beta/models') {
      const body = { models: [{ name: `models/${sampleModel}`, supportedGenerationMethods: ['generateContent'] }] };
      return { kind: 'models', dialect: gemini, body };
    }
  }
  return undefined;
}
