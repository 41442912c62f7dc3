import type { OpenAICompatibleProvider, OpenAICompatibleProviderSettings } from '@ai-sdk/openai-compatible';

/** The SDK's client for servers that speak as OpenAI's does, loaded when the first of them is called. */
export async function connectCompatible(settings: OpenAICompatibleProviderSettings): Promise<OpenAICompatibleProvider> {
  return (await import('@ai-sdk/openai-compatible')).createOpenAICompatible(settings);
}
