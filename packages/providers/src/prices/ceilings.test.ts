import { writtenTypeNames } from '@octavo/contracts';
import { startSandbox } from '@octavo/sandbox';
import { describe, expect, it } from 'vitest';
import { createProviders } from '../registry.ts';
import { collect } from '../testing/collect.ts';
import { settingsFor } from '../testing/settings.ts';
import { amountAtMost } from './amounts.ts';

const providers = ['xai', 'google', 'openrouter', 'openai-compatible', 'sandbox'] as const;

describe('the ceilings that prices are bounded by', () => {
  it.each(providers.flatMap((name) => writtenTypeNames.map((contentType) => ({ name, contentType }))))(
    'are those that $name is sent for $contentType',
    async ({ name, contentType }) => {
      const sandbox = await startSandbox({ tokensPerSecond: 0, record: true });
      const all = createProviders(settingsFor(sandbox.url));
      try {
        await all.ready();
        const [candidate] = all.candidates(contentType, { provider: name });
        const request = { contentType: contentType as never, title: 'Tea', prompt: 'Of tea [sandbox:ok words=60]' };
        const { finish } = await collect(candidate!.provider, request);
        const most = amountAtMost(name, undefined, request);
        const sent = JSON.stringify(sandbox.requests.at(-1)?.body);
        const ceiling = /"(?:max_tokens|max_output_tokens|maxOutputTokens)":(\d+)/.exec(sent)?.[1];
        expect(Number(ceiling)).toBe(most.outputTokens);
        expect(finish?.usage.inputTokens).toBeGreaterThan(0);
        expect(finish?.usage.inputTokens).toBeLessThanOrEqual(most.inputTokens);
        // Every byte of what was sent could be a token.
        expect(sent.length).toBeLessThanOrEqual(most.inputTokens);
      } finally {
        await all.close();
        await sandbox.close();
      }
    },
  );
});
