import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderError, ProviderNotAvailable } from '../provider.ts';
import { createProviders } from '../registry.ts';
import type { KeyedProvider } from '../settings.ts';
import { settingsFor, settingsForNobody } from '../testing/settings.ts';
import { sendJson, startUpstream } from '../testing/start-upstream.ts';

const keyed: KeyedProvider[] = ['xai', 'google', 'openrouter', 'openai-compatible'];

describe('a key that is tried', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ record: true });
  });
  afterAll(() => sandbox.close());

  /** Settings without keys, and an OpenAI-compatible server that is set. */
  function settingsOf(url: string) {
    return { ...settingsForNobody(url), openaiCompatible: settingsFor(url).openaiCompatible };
  }

  async function tryKey(provider: KeyedProvider, key: string, options: { url?: string; signal?: AbortSignal } = {}) {
    const providers = createProviders(settingsOf(options.url ?? sandbox.url));
    try {
      await providers.tryKey(provider, key, options.signal ?? AbortSignal.timeout(10_000));
      return 'works';
    } catch (error) {
      expect(JSON.stringify([error, String(error), (error as Error).stack, (error as Error).cause])).not.toContain(key);
      return error instanceof ProviderError ? error.code : error;
    } finally {
      await providers.close();
    }
  }

  it.each(keyed)('%s: is good, wrong, or of an empty account, and nothing is made for it', async (provider) => {
    expect(await tryKey(provider, 'a-good-key')).toBe('works');
    expect(await tryKey(provider, 'bad-key')).toBe('provider_auth');
    expect(await tryKey(provider, 'no-credit-key')).toBe('provider_credits');
    expect(sandbox.requests).toEqual([]);
  });

  it.each(keyed)('%s: is sent to its provider only, as that wants it', async (provider) => {
    await using upstream = await startUpstream((_request, response) => sendJson(response, 200, { data: {} }));
    expect(await tryKey(provider, 'a-good-key', { url: upstream.url })).toBe('works');
    expect(upstream.seen).toHaveLength(1);
    const { authorization, 'x-goog-api-key': google } = upstream.seen[0]!.headers;
    expect([authorization, google]).toEqual(
      provider === 'google' ? [undefined, 'a-good-key'] : ['Bearer a-good-key', undefined],
    );
    expect(upstream.seen[0]!.url).not.toContain('a-good-key');
  });

  it('is told apart from a provider that cannot be asked', async () => {
    const answers: Array<[body: string, status: number, code: string]> = [
      ['<html>Welcome</html>', 200, 'provider_bad_answer'],
      ['{}', 500, 'provider_unavailable'],
      ['{}', 403, 'provider_forbidden'],
      ['{}', 429, 'provider_rate_limited'],
      ['[', 200, 'provider_bad_answer'],
      [`"${'x'.repeat(5 * 1024 * 1024)}"`, 200, 'provider_bad_answer'],
    ];
    for (const [body, status, code] of answers) {
      await using upstream = await startUpstream((_request, response) => sendJson(response, status, body));
      expect(await tryKey('xai', 'a-good-key', { url: upstream.url })).toBe(code);
    }
    const gone = await startUpstream(() => undefined);
    await gone[Symbol.asyncDispose]();
    expect(await tryKey('google', 'a-good-key', { url: gone.url })).toBe('provider_unavailable');
  });

  it('takes no longer than it may, and is not led elsewhere', async () => {
    const abort = new AbortController();
    await using silent = await startUpstream(() => abort.abort());
    expect(await tryKey('xai', 'a-good-key', { url: silent.url, signal: abort.signal })).toBe('provider_timeout');
    await using other = await startUpstream((_request, response) => sendJson(response, 200, {}));
    await using leading = await startUpstream((_request, response) =>
      sendJson(response, 302, {}, { location: `${other.url}/v1/models` }),
    );
    expect(await tryKey('xai', 'a-good-key', { url: leading.url })).toBe('provider_unavailable');
    expect(other.seen).toEqual([]);
  });

  it.each(['with\nbreak', 'schlüssel', 'two words'])('is wrong when no header could carry it: %j', async (key) => {
    expect(await tryKey('xai', key)).toBe('provider_auth');
  });

  it('is the one of the settings where there is one', async () => {
    await using upstream = await startUpstream((_request, response) => sendJson(response, 200, {}));
    const settings = settingsOf(upstream.url);
    const providers = createProviders({ ...settings, xai: { ...settings.xai, apiKey: 'from-settings' } });
    await providers.tryKey('xai', 'stored', AbortSignal.timeout(10_000));
    expect(upstream.seen[0]?.headers.authorization).toBe('Bearer from-settings');
    await providers.close();
  });

  it('is sent nowhere where no server is set', async () => {
    const providers = createProviders(settingsForNobody(sandbox.url));
    const trial = providers.tryKey('openai-compatible', 'a-good-key', AbortSignal.timeout(10_000));
    await expect(trial).rejects.toBeInstanceOf(ProviderNotAvailable);
    await providers.close();
  });
});
