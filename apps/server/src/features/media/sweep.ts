import type { Logger } from '#platform/log';
import type { MediaService } from './service.ts';

const intervalMs = 600_000;

/** Lets the store be tidied every ten minutes; any number of workers may do so at once. */
export function startMediaSweep(deps: { media: Pick<MediaService, 'sweep'>; log: Logger }) {
  let sweeping: Promise<void> | undefined;
  const timer = setInterval(() => {
    sweeping ??= deps.media
      .sweep()
      .catch((error: unknown) => deps.log.warn({ err: error }, 'images not swept, will try again'))
      .finally(() => (sweeping = undefined));
  }, intervalMs);
  timer.unref();
  return {
    async close(): Promise<void> {
      clearInterval(timer);
      await sweeping;
    },
  };
}
