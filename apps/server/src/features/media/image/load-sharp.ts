import type { SharpConstructor } from 'sharp';

let loaded: Promise<SharpConstructor> | undefined;

/**
 * The library that reads and writes images, loaded for the first of them. Set up for a server: an image is worked on by one
 * thread of libuv's pool at a time, off the event loop, and nothing is kept for the next.
 */
export function loadSharp(): Promise<SharpConstructor> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}
