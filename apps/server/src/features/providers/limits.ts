import type { ProviderName } from '@octavo/contracts';

/** Calls in any 60 seconds, and calls at the same time; 0 is no limit. All workers of all processes share them. */
export interface Limits {
  perMinute: number;
  concurrency: number;
}

/** Those providers that could be called here and have a limit. */
export function limitedProviders(config: {
  providerLimits: Partial<Record<ProviderName, Limits>>;
  providers: {
    xai: { apiKey: string | undefined };
    google: { apiKey: string | undefined };
    openrouter: { apiKey: string | undefined };
    openaiCompatible: { baseUrl: string | undefined };
    discovery: { enabled: boolean };
  };
}): Map<string, Limits> {
  const { xai, google, openrouter, openaiCompatible, discovery } = config.providers;
  const isPossible: Partial<Record<ProviderName, boolean>> = {
    xai: xai.apiKey !== undefined,
    google: google.apiKey !== undefined,
    openrouter: openrouter.apiKey !== undefined,
    'openai-compatible': openaiCompatible.baseUrl !== undefined || discovery.enabled,
  };
  const entries = Object.entries(config.providerLimits) as Array<[ProviderName, Limits]>;
  return new Map(
    entries.filter(([name, { perMinute, concurrency }]) => isPossible[name] && (perMinute > 0 || concurrency > 0)),
  );
}
