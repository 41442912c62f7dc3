import { join } from 'node:path';
import type { ProviderPart, Provider, GenerationRequest } from '../../provider.ts';

export const bundledModel = join(import.meta.dirname, '../../../../../models/octavo-story-tiny');

type StoryRequest = Extract<GenerationRequest, { contentType: 'story' }>;

export function storyRequest(over: Partial<StoryRequest> = {}): StoryRequest {
  const prompt = 'a little dragon who is afraid of fire';
  return { contentType: 'story', title: 'Ember', prompt, model: 'octavo-story-tiny', seed: 1, ...over };
}

/** Reads a whole story; `onDelta` sees every delta as it comes. */
export async function readStory(
  provider: Provider,
  over: Partial<StoryRequest> = {},
  options: { signal?: AbortSignal; onDelta?: (deltas: string[]) => void } = {},
) {
  const deltas: string[] = [];
  const finishes: Extract<ProviderPart, { type: 'finish' }>[] = [];
  const signal = options.signal ?? new AbortController().signal;
  for await (const part of provider.stream(storyRequest(over), { signal })) {
    if (part.type === 'finish') finishes.push(part);
    if (part.type !== 'delta') continue;
    deltas.push(part.text);
    options.onDelta?.(deltas);
  }
  const [finish] = finishes;
  if (!finish || finishes.length > 1) throw new Error(`the stream had ${finishes.length} finish parts`);
  return { deltas, text: deltas.join(''), finish };
}
