import type { ContentType, ProviderName, ProviderState } from '@octavo/contracts';
import type { LocalServer } from './discovery/index.ts';
import { createGoogleProvider } from './google/index.ts';
import { createLocalProvider } from './local/index.ts';
import { createOpenaiCompatibleProvider } from './openai-compatible/index.ts';
import { createOpenrouterProvider } from './openrouter/index.ts';
import { type Provider, ProviderNotAvailable } from './provider.ts';
import { createSandboxProvider } from './sandbox/index.ts';
import type { KeyedProvider, ProviderSettings } from './settings.ts';
import { createXaiProvider } from './xai/index.ts';

export interface Candidate {
  provider: Provider;
  model: string;
}

export interface Providers {
  list(): ProviderState[];
  /**
   * Who may write this, best first; never empty.
   * @throws ProviderNotAvailable when a wished provider is not set up here or cannot write this type
   */
  candidates(contentType: ContentType, wish?: { provider?: ProviderName; model?: string }): Candidate[];
  defaultFor(contentType: ContentType): ProviderName;
  /**
   * Whether the key of the settings, or else this one, is good: asks the provider something that costs nothing.
   * @throws ProviderError; ProviderNotAvailable when there is no server to ask
   */
  tryKey(provider: KeyedProvider, storedKey: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the first look for servers on this machine is over. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const realOrder: ProviderName[] = ['xai', 'google', 'openrouter', 'openai-compatible'];

/**
 * Sample text must never stand in for a real provider that failed: these come into play by themselves only where no
 * real provider is set up at all.
 */
const lastResort: Partial<Record<ContentType, ProviderName[]>> = {
  // The bundled model writes English tales only; what it cannot do the samples show.
  story: ['local', 'sandbox'],
  description: ['local', 'sandbox'],
  translation: ['local', 'sandbox'],
};

/** @param options.localServers where to look for servers on this machine, instead of their usual ports */
export function createProviders(
  settings: ProviderSettings,
  options: { localServers?: readonly LocalServer[] } = {},
): Providers {
  const compatible = createOpenaiCompatibleProvider(settings, options.localServers);
  const all = [
    createXaiProvider(settings),
    createGoogleProvider(settings),
    createOpenrouterProvider(settings),
    compatible.provider,
    createLocalProvider(settings.local),
    createSandboxProvider(settings),
  ];
  const byName = new Map(all.map((provider) => [provider.name, provider]));

  function candidate(name: ProviderName, contentType: ContentType, model?: string): Candidate | undefined {
    const provider = byName.get(name);
    const state = provider?.state();
    const chosen = model ?? state?.defaultModels?.[contentType] ?? state?.defaultModel;
    if (!provider || !state?.available || !chosen || !state.contentTypes.includes(contentType)) return undefined;
    return { provider, model: chosen };
  }

  function candidates(contentType: ContentType, wish: { provider?: ProviderName; model?: string } = {}): Candidate[] {
    if (wish.provider !== undefined) {
      const wished = candidate(wish.provider, contentType, wish.model);
      if (wished) return [wished];
      const state = byName.get(wish.provider)?.state();
      throw new ProviderNotAvailable(
        state?.available && !state.contentTypes.includes(contentType)
          ? `${wish.provider} cannot write the content type ${contentType}.`
          : `${wish.provider} is not set up on this server. ${state?.note ?? ''}`.trim(),
        wish.provider,
      );
    }
    const names = new Set(settings.order[contentType] ?? realOrder);
    const found = [...names].flatMap((name) => candidate(name, contentType) ?? []);
    if (found.length > 0) return found;
    const resort = (lastResort[contentType] ?? ['sandbox']).flatMap((name) => candidate(name, contentType) ?? []);
    if (resort.length === 0) throw new ProviderNotAvailable(`No provider is available for ${contentType}.`);
    return resort;
  }

  return {
    list: () => all.map((provider) => provider.state()),
    candidates,
    defaultFor: (contentType) => candidates(contentType)[0]?.provider.name ?? 'sandbox',
    tryKey: async (name, storedKey, signal) => byName.get(name)?.tryKey?.(storedKey, signal),
    ready: () => compatible.ready,
    async close() {
      await Promise.all(all.map((provider) => provider.close()));
    },
  };
}
