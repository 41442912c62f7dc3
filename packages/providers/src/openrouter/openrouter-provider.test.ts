import { expect, it } from 'vitest';
import { createOpenrouterProvider } from './index.ts';
import { collect } from '../testing/collect.ts';
import { settingsFor, testKey } from '../testing/settings.ts';
import { sendJson, startUpstream } from '../testing/start-upstream.ts';

it('says who is calling, and never repeats an upstream that quotes key and prompt', async () => {
  const body = { error: { code: 400, message: `key ${testKey} asked for "a secret wish"` } };
  await using upstream = await startUpstream((_request, response) => sendJson(response, 400, body));
  const provider = createOpenrouterProvider(settingsFor(upstream.url));
  const { error } = await collect(provider, { prompt: 'a secret wish' });
  expect(upstream.seen).toMatchObject([
    {
      url: '/api/v1/chat/completions',
      headers: {
        authorization: `Bearer ${testKey}`,
        'http-referer': expect.stringContaining('octavo'),
        'x-openrouter-title': 'Octavo',
      },
    },
  ]);
  expect(error).toMatchObject({ code: 'provider_bad_request', isRetryable: false, statusCode: 400 });
  expect((error as Error).stack).not.toContain('secret wish');
  expect(((error as Error).cause as Error).stack).not.toMatch(/secret wish|must-not-leak/);
});
