import type { ProviderPart, Provider, GenerationRequest } from '../provider.ts';

type WrittenRequest = Exclude<GenerationRequest, { contentType: 'image' | 'description' | 'translation' }>;

export interface Collected {
  deltas: string[];
  text: string;
  finish: Extract<ProviderPart, { type: 'finish' }> | undefined;
  /** What was thrown, if anything was. */
  error: unknown;
}

/** Reads one text to its end, whichever it is. */
export async function collect(
  provider: Provider,
  request: Partial<WrittenRequest> & { prompt: string },
  options: { signal?: AbortSignal; onDelta?: (text: string) => void } = {},
): Promise<Collected> {
  const collected: Collected = { deltas: [], text: '', finish: undefined, error: undefined };
  const { signal = new AbortController().signal, onDelta } = options;
  try {
    const whole = {
      contentType: 'blog' as const,
      title: 'Tea',
      model: provider.state().defaultModel ?? '',
      seed: 7,
      ...request,
    } as GenerationRequest;
    for await (const part of provider.stream(whole, { signal })) {
      if (part.type === 'finish') {
        collected.finish = part;
      } else if (part.type === 'delta') {
        collected.deltas.push(part.text);
        onDelta?.(part.text);
      }
    }
  } catch (error) {
    collected.error = error;
  }
  collected.text = collected.deltas.join('');
  return collected;
}
