import type { Dialect } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini.ts';
import { modelLists } from '../dialects/models.ts';
import { openaiCompatible } from '../dialects/openai-compatible.ts';
import { openrouter } from '../dialects/openrouter.ts';
import { xai } from '../dialects/xai.ts';

export type Route =
  | { kind: 'call'; dialect: Dialect; model?: string; stream?: boolean }
  | { kind: 'models'; dialect: Dialect; body: unknown };

const fixed: Record<string, Route> = {
  'POST /v1/responses': { kind: 'call', dialect: xai },
  'POST /v1/chat/completions': { kind: 'call', dialect: openaiCompatible },
  'POST /api/v1/chat/completions': { kind: 'call', dialect: openrouter },
  'GET /v1/models': { kind: 'models', dialect: openaiCompatible, body: modelLists['openai-compatible'] },
  'GET /api/v1/models': { kind: 'models', dialect: openrouter, body: modelLists.openrouter },
  'GET /v1beta/models': { kind: 'models', dialect: gemini, body: modelLists.google },
};

/** Which upstream a path belongs to. */
export function route(method: string, path: string): Route | undefined {
  const known = fixed[`${method} ${path}`];
  if (known || method !== 'POST') return known;
  const [, model, action] = /^\/v1beta\/models\/([^/:]+):(generateContent|streamGenerateContent)$/.exec(path) ?? [];
  if (model === undefined) return undefined;
  return { kind: 'call', dialect: gemini, model: decode(model), stream: action === 'streamGenerateContent' };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
