import { join } from 'node:path';
import type { GenerationRequest, Provider, ProviderPart } from '../../provider.ts';

/** They know four sentences and three colours; loading, streaming and stopping are those of real models. */
export const tinyTranslator = join(import.meta.dirname, 'models/tiny-nllb');
export const tinyCaptioner = join(import.meta.dirname, 'models/tiny-vit-gpt2');

/** Repeats what it is told, the word for the target language included. */
export const repeatingTranslator = join(import.meta.dirname, 'models/tiny-t5');

export function translationRequest(
  text: string,
  languages: { source?: string; target?: string } = {},
): GenerationRequest {
  const { source = 'eng_Latn', target = 'fra_Latn' } = languages;
  return {
    contentType: 'translation',
    title: 'Tale',
    prompt: '',
    model: 'tiny-nllb',
    seed: 1,
    input: { text, source, target },
  };
}

/** Reads a whole answer; `onDelta` sees every delta as it comes. */
export async function readAll(
  provider: Provider,
  request: GenerationRequest,
  options: { signal?: AbortSignal; onDelta?: (deltas: string[]) => void } = {},
) {
  const deltas: string[] = [];
  const finishes: Extract<ProviderPart, { type: 'finish' }>[] = [];
  for await (const part of provider.stream(request, { signal: options.signal ?? new AbortController().signal })) {
    if (part.type === 'finish') finishes.push(part);
    if (part.type !== 'delta') continue;
    deltas.push(part.text);
    options.onDelta?.(deltas);
  }
  const [finish] = finishes;
  if (!finish || finishes.length > 1) throw new Error(`the stream had ${finishes.length} finish parts`);
  return { deltas, text: deltas.join(''), finish };
}
