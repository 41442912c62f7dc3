import type { ProviderName } from '@octavo/contracts';

/** Calls in any 60 seconds, and calls at the same time; 0 is no limit. All workers of all processes share them. */
export interface Limits {
  perMinute: number;
  concurrency: number;
}

/** Those providers that have a limit and could be called here, now or once somebody stores a key. */
export function limitedProviders(config: {
  providerLimits: Partial<Record<ProviderName, Limits>>;
  providers: { openaiCompatible: { baseUrl: string | undefined }; discovery: { enabled: boolean } };
}): Map<string, Limits> {
  const { openaiCompatible, discovery } = config.providers;
  const hasServer = openaiCompatible.baseUrl !== undefined || discovery.enabled;
  const entries = Object.entries(config.providerLimits) as Array<[ProviderName, Limits]>;
  return new Map(
    entries.filter(
      ([name, { perMinute, concurrency }]) =>
        (name !== 'openai-compatible' || hasServer) && (perMinute > 0 || concurrency > 0),
    ),
  );
}
