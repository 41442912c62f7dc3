import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { writtenTypeNames } from '@octavo/contracts';
import { startDiscovery, type LocalServer } from '../discovery/index.ts';
import { ProviderError, type Provider } from '../provider.ts';
import { rememberModels } from '../sdk/remember-models.ts';
import { createSdkProvider } from '../sdk/sdk-provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { describeServer } from './describe-server.ts';
import { openaiCompatibleErrorRules } from './openai-compatible-errors.ts';
import { watchServer } from './watch-server.ts';

/** A server that speaks OpenAI's chat completions: the one in the settings, else one found on this machine. */
export function createOpenaiCompatibleProvider(
  settings: Pick<ProviderSettings, 'openaiCompatible' | 'discovery' | 'timeouts'>,
  localServers?: readonly LocalServer[],
): { provider: Provider; ready: Promise<void> } {
  const { openaiCompatible, discovery, timeouts } = settings;
  const { apiKey } = openaiCompatible;
  const baseUrl = openaiCompatible.baseUrl?.replace(/\/+$/, '');
  const search =
    baseUrl !== undefined
      ? watchServer({ ...openaiCompatible, baseUrl, intervalMs: discovery.intervalMs })
      : discovery.enabled
        ? startDiscovery({ intervalMs: discovery.intervalMs, ...(localServers && { servers: localServers }) })
        : undefined;
  // Another server may be found in the course of time.
  let connection: { baseUrl: string; models: ReturnType<typeof rememberModels> } | undefined;
  function connect(baseURL: string): ReturnType<typeof rememberModels> {
    if (connection?.baseUrl !== baseURL) {
      const account = {
        name: 'openai-compatible',
        baseURL,
        includeUsage: true,
        // The key belongs to the server in the settings, not to whoever listens on a port of this machine.
        ...(baseUrl !== undefined && apiKey !== undefined && { apiKey }),
      };
      connection = { baseUrl: baseURL, models: rememberModels(createOpenAICompatible(account)) };
    }
    return connection.models;
  }
  const defaultModel = () => openaiCompatible.model ?? search?.found()?.models.find(canWrite) ?? null;

  const provider = createSdkProvider({
    upstream: { name: 'openai-compatible', errorRules: openaiCompatibleErrorRules },
    timeouts,
    state() {
      const found = search?.found();
      const model = defaultModel();
      return {
        available: found !== undefined && model !== null,
        defaultModel: model,
        models: found?.models ?? [],
        contentTypes: [...writtenTypeNames, 'translation'],
        note: describeServer(found, model),
      };
    },
    model(id) {
      const found = search?.found();
      if (!found) throw new ProviderError('provider_unavailable', { provider: 'openai-compatible', isRetryable: true });
      return connect(found.baseUrl)(id);
    },
  });
  return { provider: { ...provider, close: async () => search?.stop() }, ready: search?.ready ?? Promise.resolve() };
}

/** LM Studio and others also list models that only turn texts into vectors. */
function canWrite(modelId: string): boolean {
  return !/embed|rerank/i.test(modelId);
}
