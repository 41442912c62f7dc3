import { resolve } from 'node:path';
import type { ProviderSettings } from '../settings.ts';

/** Every upstream at one sandbox, each on its own path. */
export function settingsFor(sandboxUrl: string, changes: Partial<ProviderSettings> = {}): ProviderSettings {
  return {
    xai: { apiKey: testKey, baseUrl: `${sandboxUrl}/v1`, model: 'grok-4.3', imageModel: 'grok-imagine-image' },
    google: {
      apiKey: testKey,
      baseUrl: `${sandboxUrl}/v1beta`,
      model: 'gemini-3.7-flash',
      imageModel: 'gemini-3.1-flash-image-preview',
    },
    openrouter: {
      apiKey: testKey,
      baseUrl: `${sandboxUrl}/api/v1`,
      model: 'meta-llama/llama-3.3-70b-instruct',
      imageModel: 'bytedance-seed/seedream-4.5',
      visionModel: 'google/gemini-3.7-flash',
    },
    openaiCompatible: {
      baseUrl: `${sandboxUrl}/v1`,
      apiKey: undefined,
      model: 'octavo-sample',
      imageModel: 'octavo-drawing',
      visionModel: 'octavo-vision',
    },
    discovery: { enabled: false, intervalMs: 60_000 },
    local: {
      model: resolve(import.meta.dirname, '../../../../models/octavo-story-tiny'),
      cacheFolder: '/nonexistent',
      idleMs: 1000,
    },
    sandbox: { baseUrl: sandboxUrl },
    order: {},
    timeouts: { firstChunkMs: 20_000, chunkMs: 20_000, totalMs: 40_000, imageMs: 20_000 },
    ...changes,
  };
}

export const testKey = 'a-key-that-must-not-leak';

/** No account, no server, nothing found. */
export function settingsForNobody(sandboxUrl: string, changes: Partial<ProviderSettings> = {}): ProviderSettings {
  const settings = settingsFor(sandboxUrl);
  return {
    ...settings,
    xai: { ...settings.xai, apiKey: undefined },
    google: { ...settings.google, apiKey: undefined },
    openrouter: { ...settings.openrouter, apiKey: undefined },
    openaiCompatible: {
      baseUrl: undefined,
      apiKey: undefined,
      model: undefined,
      imageModel: undefined,
      visionModel: undefined,
    },
    ...changes,
  };
}
