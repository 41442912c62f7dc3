import { createGoogle } from '@ai-sdk/google';
import type { Provider } from '../provider.ts';
import { createHostedProvider } from '../sdk/hosted-provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { googleErrorRules } from './google-errors.ts';

/** Google's Gemini models over the Gemini API. */
export function createGoogleProvider({ google, timeouts }: Pick<ProviderSettings, 'google' | 'timeouts'>): Provider {
  return createHostedProvider({
    // `maxOutputTokens` counts thoughts as well, and Gemini thinks unless told otherwise: without room for it texts come back empty.
    upstream: { name: 'google', errorRules: googleErrorRules, thinkingTokens: 8192 },
    title: 'Google Gemini',
    keyVariable: 'GOOGLE_API_KEY',
    settings: google,
    timeouts,
    connect: createGoogle,
  });
}
