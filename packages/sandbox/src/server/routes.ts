import type { Dialect } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini.ts';
import { modelLists, openrouterKey } from '../dialects/models.ts';
import { openaiCompatible } from '../dialects/openai-compatible.ts';
import { openaiImages } from '../dialects/openai-images.ts';
import { openrouterImages } from '../dialects/openrouter-images.ts';
import { openrouter } from '../dialects/openrouter.ts';
import { xai } from '../dialects/xai.ts';

export type Route =
  | { kind: 'call'; dialect: Dialect; model?: string; stream?: boolean }
  /** Something that costs nothing. `withoutCredit`: what is said of an empty account, where that is no error. */
  | { kind: 'models'; dialect: Dialect; body: unknown; withoutCredit?: unknown }
  | { kind: 'message' }
  | { kind: 'phone-number'; id: string };

const fixed: Record<string, Route> = {
  'POST /v1/responses': { kind: 'call', dialect: xai },
  'POST /v1/chat/completions': { kind: 'call', dialect: openaiCompatible },
  'POST /api/v1/chat/completions': { kind: 'call', dialect: openrouter },
  'POST /v1/images/generations': { kind: 'call', dialect: openaiImages },
  'POST /v1/images/edits': { kind: 'call', dialect: openaiImages },
  'POST /api/v1/images': { kind: 'call', dialect: openrouterImages },
  'GET /v1/models': { kind: 'models', dialect: openaiCompatible, body: modelLists['openai-compatible'] },
  'GET /api/v1/models': { kind: 'models', dialect: openrouter, body: modelLists.openrouter },
  'GET /api/v1/key': { kind: 'models', dialect: openrouter, body: openrouterKey(7.5), withoutCredit: openrouterKey(0) },
  'GET /v1beta/models': { kind: 'models', dialect: gemini, body: modelLists.google },
};

/** Which upstream a path belongs to. */
export function route(method: string, path: string): Route | undefined {
  const known = fixed[`${method} ${path}`];
  if (known) return known;
  const [, id] = /^\/v\d+\.\d+\/(\d+)$/.exec(path) ?? [];
  if (method === 'GET' && id !== undefined) return { kind: 'phone-number', id };
  if (method !== 'POST') return undefined;
  if (/^\/v\d+\.\d+\/\d+\/messages$/.test(path)) return { kind: 'message' };
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
