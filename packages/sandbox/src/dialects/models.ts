import type { Provider } from './dialect.ts';

/** The model ids that are listed; any other id works as well. The end of an id chooses the kind of text. */
const ids = [
  'octavo-sample',
  'octavo-sample-blog',
  'octavo-sample-product',
  'octavo-sample-social',
  'octavo-sample-story',
];
const createdS = 1_790_000_000;

/** What OpenRouter says of a key (`GET /key`), in US dollars; an account without credit is no error there. */
export function openrouterKey(limitRemaining: number): unknown {
  return {
    data: {
      label: 'sk-or-v1-sam...ple',
      limit: 10,
      limit_remaining: limitRemaining,
      usage: 10 - limitRemaining,
      is_free_tier: false,
    },
  };
}

/** The answer to "which models are there", as each upstream gives it. */
export const modelLists: Record<Exclude<Provider, 'xai'>, unknown> = {
  'openai-compatible': {
    object: 'list',
    data: ids.map((id) => ({ id, object: 'model', created: createdS, owned_by: 'octavo' })),
  },
  openrouter: {
    data: ids.map((id) => ({
      id: `octavo/${id}:free`,
      name: `Octavo: ${id}`,
      created: createdS,
      context_length: 131_072,
      architecture: { input_modalities: ['text'], output_modalities: ['text'] },
      pricing: { prompt: '0', completion: '0' },
    })),
  },
  google: {
    models: ids.map((id) => ({
      name: `models/${id}`,
      displayName: id,
      inputTokenLimit: 131_072,
      outputTokenLimit: 16_384,
      supportedGenerationMethods: ['generateContent'],
    })),
  },
};
