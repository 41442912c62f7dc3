import type { ContentType, ProviderName, ProviderState } from '@octavo/contracts';
import { createHosted } from './hosted.ts';
import { createLocalProvider } from './local/index.ts';
import { createOpenaiCompatible } from './openai-compatible.ts';
import type { TextProvider } from './provider.ts';
import { createSandboxProvider } from './sandbox.ts';
import type { ProviderSettings } from './settings.ts';

/** Somebody asked for a provider by name that cannot be had here. */
export class ProviderNotAvailable extends Error {
  override readonly name = 'ProviderNotAvailable';
}

export interface Candidate {
  provider: TextProvider;
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
  /** Resolves when the first look for servers on this machine is over. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

const realOrder: ProviderName[] = ['xai', 'google', 'openrouter', 'openai-compatible'];

/**
 * Sample text must never stand in for a real provider that failed: `sandbox` and `local` come into play by
 * themselves only where no real provider is set up at all.
 */
const lastResort: Record<ContentType, ProviderName> = { blog: 'sandbox', product: 'sandbox', social: 'sandbox', story: 'local' };

export function createProviders(settings: ProviderSettings): Providers {
  const compatible = createOpenaiCompatible(settings);
  const all = [
    createHosted('xai', settings),
    createHosted('google', settings),
    createHosted('openrouter', settings),
    compatible.provider,
    createLocalProvider(settings.local),
    createSandboxProvider(settings),
  ];
  const byName = new Map(all.map((provider) => [provider.name, provider]));

  function candidate(name: ProviderName, contentType: ContentType, model?: string): Candidate | undefined {
    const provider = byName.get(name);
    const state = provider?.state();
    const chosen = model ?? state?.defaultModel;
    if (!provider || !state?.available || !chosen || !state.contentTypes.includes(contentType)) return undefined;
    return { provider, model: chosen };
  }

  function candidates(contentType: ContentType, wish: { provider?: ProviderName; model?: string } = {}): Candidate[] {
    if (wish.provider !== undefined) {
      const wished = candidate(wish.provider, contentType, wish.model);
      if (wished) return [wished];
      const state = byName.get(wish.provider)?.state();
      throw new ProviderNotAvailable(
        state && state.available && !state.contentTypes.includes(contentType)
          ? `${wish.provider} cannot write the content type ${contentType}.`
          : `${wish.provider} is not set up on this server. ${state?.note ?? ''}`.trim(),
      );
    }
    const found = (settings.order[contentType] ?? realOrder).flatMap((name) => candidate(name, contentType) ?? []);
    if (found.length > 0) return found;
    const resort = candidate(lastResort[contentType], contentType) ?? candidate('sandbox', contentType);
    if (!resort) throw new ProviderNotAvailable(`No provider is available for ${contentType}.`);
    return [resort];
  }

  return {
    list: () => all.map((provider) => provider.state()),
    candidates,
    defaultFor: (contentType) => candidates(contentType)[0]?.provider.name ?? 'sandbox',
    ready: () => compatible.ready,
    async close() {
      await Promise.all(all.map((provider) => provider.close()));
    },
  };
}
