import type { SdkUpstream } from '../sdk/sdk-upstream.ts';

/**
 * OpenAI's interface asks for pixels, not for a ratio: about a million of them, in multiples of 16, as models want
 * them. 1024x1024, 1536x1024 and 1024x1536 are the sizes that OpenAI's own models know.
 */
export const imageSizes: NonNullable<SdkUpstream['imageSizes']> = {
  '1:1': '1024x1024',
  '4:3': '1152x864',
  '3:4': '864x1152',
  '16:9': '1280x720',
  '9:16': '720x1280',
  '3:2': '1536x1024',
  '2:3': '1024x1536',
};
