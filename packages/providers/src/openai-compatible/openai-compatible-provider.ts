import { writtenTypeNames } from '@octavo/contracts';
import { startDiscovery, type LocalServer } from '../discovery/index.ts';
import { ProviderError, ProviderNotAvailable, type Provider } from '../provider.ts';
import { connectCompatible } from '../sdk/connect-compatible.ts';
import { createImageFetch } from '../sdk/image-fetch.ts';
import { rememberModels } from '../sdk/remember-models.ts';
import { createSdkProvider, type SdkModels } from '../sdk/sdk-provider.ts';
import { createTextFetch } from '../sdk/text-fetch.ts';
import { askForModels, tryKey } from '../sdk/try-key.ts';
import type { ProviderSettings } from '../settings.ts';
import { describeServer } from './describe-server.ts';
import { imageSizes } from './image-sizes.ts';
import { openaiCompatibleErrorRules } from './openai-compatible-errors.ts';
import { watchServer } from './watch-server.ts';

/** A server that speaks OpenAI's chat completions, and perhaps its images: the one in the settings, else one found on this machine. */
export function createOpenaiCompatibleProvider(
  settings: Pick<ProviderSettings, 'openaiCompatible' | 'storedKey' | 'discovery' | 'timeouts' | 'fetchImage'>,
  localServers?: readonly LocalServer[],
): { provider: Provider; ready: Promise<void> } {
  const { openaiCompatible, discovery, timeouts, fetchImage } = settings;
  const { imageModel, visionModel } = openaiCompatible;
  const keyNow = () => openaiCompatible.apiKey ?? settings.storedKey?.('openai-compatible');
  const upstream = { name: 'openai-compatible' as const, errorRules: openaiCompatibleErrorRules, imageSizes };
  const baseUrl = openaiCompatible.baseUrl?.replace(/(?<!\/)\/+$/, '');
  const search =
    baseUrl !== undefined
      ? watchServer({ baseUrl, key: keyNow, model: openaiCompatible.model, intervalMs: discovery.intervalMs })
      : discovery.enabled
        ? startDiscovery({ intervalMs: discovery.intervalMs, ...(localServers && { servers: localServers }) })
        : undefined;
  // Another server may be found in the course of time, or another key be stored.
  let connection: { baseUrl: string; apiKey: string | undefined; models: SdkModels } | undefined;
  function connect(): SdkModels {
    const found = search?.found();
    if (!found) throw new ProviderError('provider_unavailable', { provider: upstream.name, isRetryable: true });
    // The key belongs to the server in the settings, not to whoever listens on a port of this machine.
    const apiKey = baseUrl === undefined ? undefined : keyNow();
    if (connection?.baseUrl !== found.baseUrl || connection.apiKey !== apiKey) {
      const account = {
        name: upstream.name,
        baseURL: found.baseUrl,
        includeUsage: true,
        ...(apiKey !== undefined && { apiKey }),
      };
      const fetch = createImageFetch({ upstream, baseUrl: found.baseUrl, fetchImage });
      connection = {
        baseUrl: found.baseUrl,
        apiKey,
        models: {
          text: rememberModels(() => connectCompatible({ ...account, fetch: createTextFetch(upstream) })),
          image: rememberModels(async () => (await connectCompatible({ ...account, fetch })).imageModel),
        },
      };
    }
    return connection.models;
  }
  const defaultModel = () => openaiCompatible.model ?? search?.found()?.models.find(canWrite) ?? null;

  const provider = createSdkProvider({
    upstream,
    timeouts,
    state() {
      const found = search?.found();
      const model = defaultModel();
      const seeing = visionModel ?? found?.models.find(canSee);
      return {
        available: found !== undefined && model !== null,
        defaultModel: model,
        models: found?.models ?? [],
        defaultModels: { ...(imageModel && { image: imageModel }), ...(seeing && { description: seeing }) },
        contentTypes: [
          ...writtenTypeNames,
          'translation',
          ...(imageModel ? (['image'] as const) : []),
          ...(seeing ? (['description'] as const) : []),
        ],
        note: describeServer(found, model),
      };
    },
    models: { text: async (id) => connect().text(id), image: async (id) => connect().image(id) },
  });
  async function tryStored(storedKey: string, signal: AbortSignal): Promise<void> {
    // A server that was found on this machine is never told a key.
    if (baseUrl === undefined)
      throw new ProviderNotAvailable('No server is set: OPENAI_COMPATIBLE_BASE_URL.', upstream.name);
    await tryKey({ ...upstream, baseUrl }, askForModels, openaiCompatible.apiKey ?? storedKey, signal);
  }
  return {
    provider: { ...provider, tryKey: tryStored, close: async () => search?.stop() },
    ready: search?.ready ?? Promise.resolve(),
  };
}

/** LM Studio and others also list models that only turn texts into vectors. */
function canWrite(modelId: string): boolean {
  return !/embed|rerank/i.test(modelId);
}

/** Names of the families of open models that take images; which models do is not in the list of a server. */
function canSee(modelId: string): boolean {
  return /vision|llava|[-.\d]vl\b|gemma-?[34]|pixtral|minicpm-v|moondream|llama-?4/i.test(modelId);
}
