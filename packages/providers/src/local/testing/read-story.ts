import { join } from 'node:path';
import type { TextPart, TextProvider, TextRequest } from '../../provider.ts';

export const bundledModel = join(import.meta.dirname, '../../../../../models/octavo-story-tiny');

export function storyRequest(over: Partial<TextRequest> = {}): TextRequest {
  const prompt = 'a little dragon who is afraid of fire';
  return { contentType: 'story', title: 'Ember', prompt, model: 'octavo-story-tiny', seed: 1, ...over };
}

/** Reads a whole story; `onDelta` sees every delta as it comes. */
export async function readStory(
  provider: TextProvider,
  over: Partial<TextRequest> = {},
  options: { signal?: AbortSignal; onDelta?: (deltas: string[]) => void } = {},
) {
  const deltas: string[] = [];
  const finishes: Extract<TextPart, { type: 'finish' }>[] = [];
  const signal = options.signal ?? new AbortController().signal;
  for await (const part of provider.streamText(storyRequest(over), { signal })) {
    if (part.type === 'finish') finishes.push(part);
    else deltas.push(part.text);
    if (part.type === 'delta') options.onDelta?.(deltas);
  }
  const [finish] = finishes;
  if (!finish || finishes.length > 1) throw new Error(`the stream had ${finishes.length} finish parts`);
  return { deltas, text: deltas.join(''), finish };
}
