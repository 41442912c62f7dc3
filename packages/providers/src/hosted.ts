import { createGoogle } from '@ai-sdk/google';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { createXai } from '@ai-sdk/xai';
import { contentTypeNames, type ProviderName } from '@octavo/contracts';
import type { TextProvider } from './provider.ts';
import { createSdkProvider } from './sdk/sdk-provider.ts';
import type { ProviderSettings } from './settings.ts';

type Hosted = Extract<ProviderName, 'xai' | 'google' | 'openrouter'>;

interface Account {
  apiKey: string;
  baseUrl: string;
}

/**
 * Providers that need an account. OpenRouter is spoken to through its OpenAI-compatible interface: its own SDK
 * package leaves a rejected promise behind when a stream is aborted, which ends the process.
 */
const hosted: Record<Hosted, { title: string; keyVariable: string; connect: (account: Account) => (id: string) => LanguageModelV4 }> = {
  xai: {
    title: 'xAI Grok',
    keyVariable: 'XAI_API_KEY',
    connect: ({ apiKey, baseUrl }) => createXai({ apiKey, baseURL: baseUrl }),
  },
  google: {
    title: 'Google Gemini',
    keyVariable: 'GOOGLE_API_KEY',
    connect: ({ apiKey, baseUrl }) => createGoogle({ apiKey, baseURL: baseUrl }),
  },
  openrouter: {
    title: 'OpenRouter',
    keyVariable: 'OPENROUTER_API_KEY',
    connect: ({ apiKey, baseUrl }) =>
      createOpenAICompatible({
        name: 'openrouter',
        apiKey,
        baseURL: baseUrl,
        includeUsage: true,
        headers: { 'HTTP-Referer': 'https://github.com/octavo', 'X-OpenRouter-Title': 'Octavo' },
      }),
  },
};

export function createHosted(name: Hosted, settings: ProviderSettings): TextProvider {
  const { title, keyVariable, connect } = hosted[name];
  const { apiKey, baseUrl, model } = settings[name];
  const models = apiKey === undefined ? undefined : connect({ apiKey, baseUrl });
  return createSdkProvider({
    name,
    timeouts: settings.timeouts,
    state: () => ({
      available: models !== undefined,
      defaultModel: model,
      models: [model],
      contentTypes: [...contentTypeNames],
      note: models ? title : `Set ${keyVariable} to use ${title}.`,
    }),
    model(id) {
      if (!models) throw new Error(`${name} has no key`);
      return models(id);
    },
  });
}
