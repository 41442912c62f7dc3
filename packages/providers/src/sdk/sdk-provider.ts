import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderName, ProviderState } from '@octavo/contracts';
import type { TextProvider } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { streamSdkText } from './stream-text.ts';

/** A provider on top of an AI SDK package: who it is, how its models are made, and what is known of it right now. */
export function createSdkProvider(options: {
  name: ProviderName;
  timeouts: ProviderSettings['timeouts'];
  state: () => Omit<ProviderState, 'name'>;
  model: (id: string) => LanguageModelV4;
}): TextProvider {
  return {
    name: options.name,
    state: () => ({ name: options.name, ...options.state() }),
    streamText: (request, { signal }) =>
      streamSdkText({ name: options.name, model: options.model(request.model), request, timeouts: options.timeouts, signal }),
    close: () => Promise.resolve(),
  };
}
