import type { Provider } from '../provider.ts';
import { createHostedProvider } from '../sdk/hosted-provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { googleErrorRules } from './google-errors.ts';

/** Google's Gemini models over the Gemini API. */
export function createGoogleProvider({
  google,
  storedKey,
  timeouts,
  fetchImage,
}: Pick<ProviderSettings, 'google' | 'storedKey' | 'timeouts' | 'fetchImage'>): Provider {
  return createHostedProvider({
    upstream: {
      name: 'google',
      errorRules: googleErrorRules,
      // `maxOutputTokens` counts thoughts as well, and Gemini thinks unless told otherwise: without room for it texts come back empty.
      thinkingTokens: 8192,
      // Ends of an image that the SDK does not know for a filter: IMAGE_PROHIBITED_CONTENT, IMAGE_RECITATION.
      imageRefusal: /SAFETY|PROHIBITED|RECITATION/,
    },
    title: 'Google Gemini',
    keyVariable: 'GOOGLE_API_KEY',
    settings: google,
    storedKey: () => storedKey?.('google'),
    timeouts,
    fetchImage,
    keyQuestion: { path: '/models?pageSize=1', headers: (key) => ({ 'x-goog-api-key': key }) },
    connectText: async (account) => (await import('@ai-sdk/google')).createGoogle(account),
    connectImage: async (account) => (await import('@ai-sdk/google')).createGoogle(account).imageModel,
  });
}
