import type { ImageModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderState } from '@octavo/contracts';
import type { GenerationRequest, Provider } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import type { SdkUpstream } from './sdk-upstream.ts';
import { streamSdkImages } from './stream-images.ts';
import { streamSdkText } from './stream-text.ts';
import { streamTranslation } from './stream-translation.ts';

/** Makes the models of one account or server. They reject with ProviderError when there is nobody to ask right now */
export interface SdkModels {
  text: (id: string) => Promise<LanguageModelV4>;
  image: (id: string) => Promise<ImageModelV4>;
}

/** A provider on top of an AI SDK package: who it is, how its models are made, and what is known of it right now. */
export function createSdkProvider(options: {
  upstream: SdkUpstream;
  timeouts: ProviderSettings['timeouts'];
  state: () => Omit<ProviderState, 'name'>;
  models: SdkModels;
}): Provider {
  const { upstream, timeouts, state, models } = options;
  return {
    name: upstream.name,
    state: () => ({ name: upstream.name, ...state() }),
    stream(request, { signal }) {
      if (request.contentType === 'image')
        return streamSdkImages({ upstream, openModel: models.image, request, timeouts, signal });
      const streamText = (words: Exclude<GenerationRequest, { contentType: 'image' }>) =>
        streamSdkText({ upstream, openModel: models.text, request: words, timeouts, signal });
      return request.contentType === 'translation'
        ? streamTranslation(upstream.name, request, streamText)
        : streamText(request);
    },
    close: () => Promise.resolve(),
  };
}
