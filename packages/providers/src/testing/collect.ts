import type { TextPart, TextProvider, TextRequest } from '../provider.ts';

export interface Collected {
  deltas: string[];
  text: string;
  finish: Extract<TextPart, { type: 'finish' }> | undefined;
  /** What was thrown, if anything was. */
  error: unknown;
}

/** Reads one text to its end, whichever it is. */
export async function collect(
  provider: TextProvider,
  request: Partial<TextRequest> & { prompt: string },
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
    };
    for await (const part of provider.streamText(whole, { signal })) {
      if (part.type === 'finish') {
        collected.finish = part;
      } else {
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
