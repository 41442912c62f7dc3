import type { Logger } from '#platform/log';
import { repeatEvery } from '#platform/repeat';
import type { MediaService } from './service.ts';

const intervalMs = 600_000;

/** Lets the store be tidied every ten minutes; any number of workers may do so at once. */
export function startMediaSweep(deps: { media: Pick<MediaService, 'sweep'>; log: Logger }) {
  return repeatEvery(intervalMs, () => deps.media.sweep(), {
    log: deps.log,
    failure: 'images not swept, will try again',
  });
}
