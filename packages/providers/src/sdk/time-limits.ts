import type { ProviderName } from '@octavo/contracts';
import { ProviderError } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';

/**
 * Three clocks for one call: until the model's first sign of life, between two of them, and for all of it. When one
 * runs out the call is aborted with a `provider_timeout`; when the caller's signal aborts, with the caller's reason.
 * The first two only count time spent waiting for the upstream: a reader who takes his time is not its fault.
 */
export function startTimeLimits(
  provider: ProviderName,
  limits: Omit<ProviderSettings['timeouts'], 'imageMs'>,
  caller: AbortSignal,
) {
  const abort = new AbortController();
  const expire = () => abort.abort(new ProviderError('provider_timeout', { provider, isRetryable: true }));
  const follow = () => abort.abort(caller.reason);
  if (caller.aborted) follow();
  caller.addEventListener('abort', follow, { once: true });

  let isWaiting = true;
  let hasContent = false;
  const expireIfWaiting = () => {
    if (isWaiting) expire();
  };
  const total = setTimeout(expire, limits.totalMs);
  let pause = setTimeout(expireIfWaiting, limits.firstChunkMs);

  return {
    /** Aborts when a clock runs out or the caller gives up. */
    signal: abort.signal,
    /** The upstream is being waited for. */
    wait() {
      isWaiting = true;
      if (hasContent) pause.refresh();
    },
    /** Something arrived. What an upstream sends before the model has said anything is no content. */
    arrived(isContent: boolean) {
      isWaiting = false;
      if (hasContent || !isContent) return;
      hasContent = true;
      clearTimeout(pause);
      pause = setTimeout(expireIfWaiting, limits.chunkMs);
    },
    /** The call is over. */
    stop() {
      clearTimeout(total);
      clearTimeout(pause);
      caller.removeEventListener('abort', follow);
    },
  };
}
