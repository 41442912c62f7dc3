import type { ContentType } from '@octavo/contracts';
import type { GenerationRequest, Provider, ProviderPart, SourceImage } from '../provider.ts';

/** A request of any kind; a blog article about tea unless told otherwise. */
export interface AnyRequest {
  contentType?: ContentType;
  title?: string;
  prompt: string;
  model?: string;
  seed?: number;
  input?: object;
  images?: SourceImage[];
}

export interface Collected {
  deltas: string[];
  text: string;
  images: Extract<ProviderPart, { type: 'image' }>[];
  finish: Extract<ProviderPart, { type: 'finish' }> | undefined;
  /** What was thrown, if anything was. */
  error: unknown;
}

/** Reads one generation to its end, whichever it is. */
export async function collect(
  provider: Provider,
  request: AnyRequest,
  options: { signal?: AbortSignal; onDelta?: (text: string) => void; onImage?: () => void } = {},
): Promise<Collected> {
  const collected: Collected = { deltas: [], text: '', images: [], finish: undefined, error: undefined };
  const { signal = new AbortController().signal, onDelta, onImage } = options;
  try {
    const { contentType = 'blog' } = request;
    const { defaultModel, defaultModels } = provider.state();
    const model = defaultModels?.[contentType] ?? defaultModel ?? '';
    const whole = { contentType, title: 'Tea', model, seed: 7, ...request } as GenerationRequest;
    for await (const part of provider.stream(whole, { signal })) {
      if (part.type === 'finish') {
        collected.finish = part;
      } else if (part.type === 'delta') {
        collected.deltas.push(part.text);
        onDelta?.(part.text);
      } else {
        collected.images.push(part);
        onImage?.();
      }
    }
  } catch (error) {
    collected.error = error;
  }
  collected.text = collected.deltas.join('');
  return collected;
}
