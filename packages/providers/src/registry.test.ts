import { type ContentType, type ProviderName, writtenTypeNames } from '@octavo/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { ProviderNotAvailable } from './provider.ts';
import { createProviders, type Providers } from './registry.ts';
import type { ProviderSettings } from './settings.ts';
import { settingsFor, settingsForNobody } from './testing/settings.ts';
import { sendJson, startUpstream } from './testing/start-upstream.ts';

const url = 'http://sandbox.invalid';
const opened: Providers[] = [];
function open(settings: ProviderSettings, options?: Parameters<typeof createProviders>[1]): Providers {
  const providers = createProviders(settings, options);
  opened.push(providers);
  return providers;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((providers) => providers.close()));
});

const names = (providers: Providers, type: ContentType, wish?: { provider?: ProviderName; model?: string }) =>
  providers.candidates(type, wish).map(({ provider, model }) => `${provider.name} ${model}`);

describe('who may write', () => {
  it('is everybody who is set up, best first, and never the sandbox beside them', () => {
    const providers = open(settingsFor(url));
    for (const type of writtenTypeNames) {
      expect(names(providers, type)).toEqual([
        'xai grok-4.3',
        'google gemini-3.7-flash',
        'openrouter meta-llama/llama-3.3-70b-instruct',
        'openai-compatible octavo-sample',
      ]);
      expect(providers.defaultFor(type)).toBe('xai');
    }
  });

  it('is asked for images and descriptions by the models that make them', () => {
    const providers = open(settingsFor(url));
    expect(names(providers, 'image')).toEqual([
      'xai grok-imagine-image',
      'google gemini-3.1-flash-image-preview',
      'openrouter bytedance-seed/seedream-4.5',
      'openai-compatible octavo-drawing',
    ]);
    expect(names(providers, 'description')).toEqual([
      'xai grok-4.3',
      'google gemini-3.7-flash',
      'openrouter google/gemini-3.7-flash',
      'openai-compatible octavo-vision',
    ]);
    expect(names(providers, 'image', { provider: 'xai', model: 'grok-imagine-image-quality' })).toEqual([
      'xai grok-imagine-image-quality',
    ]);
  });

  it('leaves out a server whose models neither draw nor see', () => {
    const blind = { baseUrl: `${url}/v1`, apiKey: undefined, imageModel: undefined, visionModel: undefined };
    const withModel = (model: string) => open(settingsForNobody(url, { openaiCompatible: { ...blind, model } }));
    const providers = withModel('llama3');
    expect(names(providers, 'blog')).toEqual(['openai-compatible llama3']);
    expect(names(providers, 'image')).toEqual(['sandbox octavo-sample']);
    expect(names(providers, 'description')).toEqual(['sandbox octavo-sample']);
    expect(() => providers.candidates('image', { provider: 'openai-compatible' })).toThrow(
      'openai-compatible cannot write the content type image.',
    );
    for (const model of ['llava:13b', 'qwen2.5vl', 'Qwen3-VL-8B', 'gemma3:4b', 'llama3.2-vision'])
      expect(names(withModel(model), 'description')).toEqual([`openai-compatible ${model}`]);
  });

  it('is the order of the settings where there is one, each once', () => {
    const settings = settingsFor(url, {
      order: { blog: ['openrouter', 'xai', 'openrouter'], story: ['local', 'google'] },
    });
    const providers = open(settings);
    expect(names(providers, 'blog')).toEqual(['openrouter meta-llama/llama-3.3-70b-instruct', 'xai grok-4.3']);
    expect(names(providers, 'story')).toEqual(['local octavo-story-tiny', 'google gemini-3.7-flash']);
    expect(providers.defaultFor('social')).toBe('xai');
  });

  it('is the built-in writers where nobody is set up', () => {
    const providers = open(settingsForNobody(url));
    expect(
      [...writtenTypeNames, 'image' as const, 'description' as const].map((type) => names(providers, type)),
    ).toEqual([
      ['sandbox octavo-sample'],
      ['sandbox octavo-sample'],
      ['sandbox octavo-sample'],
      ['local octavo-story-tiny', 'sandbox octavo-sample'],
      ['sandbox octavo-sample'],
      ['sandbox octavo-sample'],
    ]);
  });

  it('leaves out who is not set up', () => {
    const { google } = settingsFor(url);
    expect(names(open(settingsForNobody(url, { google })), 'blog')).toEqual(['google gemini-3.7-flash']);
  });

  it('is a server on this machine once it has been found', async () => {
    await using ollama = await startUpstream((_request, response) =>
      sendJson(response, 200, { object: 'list', data: [{ id: 'llama3' }] }),
    );
    const settings = settingsForNobody(url, { discovery: { enabled: true, intervalMs: 60_000 } });
    const providers = open(settings, { localServers: [{ name: 'Ollama', port: ollama.port }] });
    await providers.ready();
    expect(names(providers, 'story')).toEqual(['openai-compatible llama3']);
  });
});

describe('a wish', () => {
  it('is granted to the letter, with a model nobody here has heard of', () => {
    const providers = open(settingsFor(url));
    expect(names(providers, 'blog', { provider: 'google', model: 'gemini-9-zeppelin' })).toEqual([
      'google gemini-9-zeppelin',
    ]);
    expect(names(providers, 'blog', { provider: 'sandbox' })).toEqual(['sandbox octavo-sample']);
    expect(names(providers, 'story', { provider: 'local' })).toEqual(['local octavo-story-tiny']);
  });

  it('that cannot be granted is refused by name', () => {
    const providers = open(settingsForNobody(url));
    for (const provider of ['xai', 'google', 'openrouter', 'openai-compatible'] as const) {
      expect(() => providers.candidates('blog', { provider, model: 'm' })).toThrow(ProviderNotAvailable);
      expect(() => providers.candidates('blog', { provider })).toThrow(`${provider} is not set up on this server.`);
    }
    expect(() => providers.candidates('blog', { provider: 'xai' })).toThrow('XAI_API_KEY');
    expect(() => providers.candidates('blog', { provider: 'local' })).toThrow(
      'local cannot write the content type blog.',
    );
    expect(() => providers.candidates('blog', { provider: 'local' })).toThrow(
      expect.objectContaining({ provider: 'local' }),
    );
  });
});

it('lists every provider, with what is missing', () => {
  const states = open(settingsForNobody(url)).list();
  expect(states.map(({ name, available }) => [name, available])).toEqual([
    ['xai', false],
    ['google', false],
    ['openrouter', false],
    ['openai-compatible', false],
    ['local', true],
    ['sandbox', true],
  ]);
  expect(states.every(({ note }) => note !== '')).toBe(true);
});
