import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { contentTypeNames } from '@octavo/contracts';
import { askForModels, startDiscovery } from './discovery/discovery.ts';
import type { TextProvider } from './provider.ts';
import { createSdkProvider } from './sdk/sdk-provider.ts';
import type { ProviderSettings } from './settings.ts';

/** A server that speaks OpenAI's chat completions: the one in the settings, else one found on this machine. */
export function createOpenaiCompatible(
  settings: Pick<ProviderSettings, 'openaiCompatible' | 'discovery' | 'timeouts'>,
  servers?: ReadonlyArray<{ name: string; port: number }>,
): { provider: TextProvider; ready: Promise<void> } {
  const { baseUrl, apiKey, model } = settings.openaiCompatible;
  const discovery =
    baseUrl === undefined && settings.discovery.enabled
      ? startDiscovery({ intervalMs: settings.discovery.intervalMs, ...(servers && { servers }) })
      : undefined;
  let configuredModels: string[] = model === undefined ? [] : [model];

  /** A server in the settings counts as there, answering or not: it may be starting. */
  async function learnModels(): Promise<void> {
    if (baseUrl !== undefined && model === undefined) configuredModels = (await askForModels(baseUrl, apiKey)) ?? [];
  }

  const server = () =>
    baseUrl === undefined ? discovery?.found() : { name: 'The configured server', baseUrl, models: configuredModels };

  const provider = createSdkProvider({
    name: 'openai-compatible',
    timeouts: settings.timeouts,
    state() {
      const found = server();
      const defaultModel = model ?? found?.models[0] ?? null;
      return {
        available: found !== undefined && defaultModel !== null,
        defaultModel,
        models: found?.models ?? [],
        contentTypes: [...contentTypeNames],
        note: !found
          ? 'Set OPENAI_COMPATIBLE_BASE_URL, or start Ollama, llama.cpp, vLLM or LM Studio on this machine.'
          : defaultModel === null
            ? `${found.name} at ${found.baseUrl} names no model; set OPENAI_COMPATIBLE_MODEL.`
            : `${found.name} at ${found.baseUrl}`,
      };
    },
    model(id) {
      const found = server();
      return createOpenAICompatible({
        name: 'openai-compatible',
        baseURL: found?.baseUrl ?? 'http://127.0.0.1:9/v1',
        includeUsage: true,
        ...(apiKey !== undefined && { apiKey }),
      })(id);
    },
  });
  return {
    provider: { ...provider, close: async () => discovery?.stop() },
    ready: Promise.all([discovery?.ready, learnModels()]).then(() => undefined),
  };
}
