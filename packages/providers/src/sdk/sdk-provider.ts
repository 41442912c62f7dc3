import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderState } from '@octavo/contracts';
import type { Provider } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { streamSdkText, type SdkUpstream } from './stream-text.ts';
import { streamTranslation } from './stream-translation.ts';

/** A provider on top of an AI SDK package: who it is, how its models are made, and what is known of it right now. */
export function createSdkProvider(options: {
  upstream: SdkUpstream;
  timeouts: ProviderSettings['timeouts'];
  state: () => Omit<ProviderState, 'name'>;
  /** @throws ProviderError when there is nobody to ask right now */
  model: (id: string) => LanguageModelV4;
}): Provider {
  const { upstream, timeouts, state, model: openModel } = options;
  return {
    name: upstream.name,
    state: () => ({ name: upstream.name, ...state() }),
    stream(request, { signal }) {
      if (request.contentType !== 'translation')
        return streamSdkText({ upstream, openModel, request, timeouts, signal });
      return streamTranslation(upstream.name, request, (chunk) =>
        streamSdkText({ upstream, openModel, request: chunk, timeouts, signal }),
      );
    },
    close: () => Promise.resolve(),
  };
}
