import type { ProviderName } from '@octavo/contracts';
import { ProviderError } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';

/**
 * Three clocks for one call: until the first word, between two words, and for all of it. When one runs out the
 * call is aborted with a `provider_timeout`; when the caller's signal aborts, with the caller's reason.
 */
export function startTimeLimits(provider: ProviderName, limits: ProviderSettings['timeouts'], caller: AbortSignal) {
  const abort = new AbortController();
  const expire = () => abort.abort(new ProviderError('provider_timeout', { provider, isRetryable: true }));
  const follow = () => abort.abort(caller.reason);
  if (caller.aborted) follow();
  caller.addEventListener('abort', follow, { once: true });
  const total = setTimeout(expire, limits.totalMs);
  let pause = setTimeout(expire, limits.firstChunkMs);
  let isFirst = true;

  return {
    signal: abort.signal,
    /** Something arrived. */
    tick() {
      if (isFirst) {
        isFirst = false;
        clearTimeout(pause);
        pause = setTimeout(expire, limits.chunkMs);
      } else {
        pause.refresh();
      }
    },
    stop() {
      clearTimeout(total);
      clearTimeout(pause);
      caller.removeEventListener('abort', follow);
    },
  };
}
