import { createHmac, timingSafeEqual } from 'node:crypto';
import { type MediaVariant, mediaVariants } from '@octavo/contracts';

const windowSeconds = 900;

export type SignedUrls = ReturnType<typeof createSignedUrls>;

/**
 * Addresses that show one image to whoever holds them, for 15 to 30 minutes. They change only every 15 minutes, so that
 * a browser which asks for a list twice finds the pictures in its cache.
 */
export function createSignedUrls(key: Buffer, now: () => number = Date.now) {
  const signatureOf = (id: string, variant: MediaVariant, expires: number): Buffer =>
    createHmac('sha256', key).update(`media\n${id}\n${variant}\n${expires}`).digest();

  return {
    for(id: string): { urls: Record<MediaVariant, string>; expireAt: Date } {
      const expires = (Math.floor(now() / 1000 / windowSeconds) + 2) * windowSeconds;
      const urls = Object.fromEntries(
        mediaVariants.map((variant) => {
          const signature = signatureOf(id, variant, expires).toString('base64url');
          return [variant, `/media/${id}/${variant}?expires=${expires}&signature=${signature}`];
        }),
      ) as Record<MediaVariant, string>;
      return { urls, expireAt: new Date(expires * 1000) };
    },

    isValid(id: string, variant: MediaVariant, expires: number, signature: string): boolean {
      const given = Buffer.from(signature, 'base64url');
      const right = signatureOf(id, variant, expires);
      return expires * 1000 > now() && given.length === right.length && timingSafeEqual(given, right);
    },
  };
}
