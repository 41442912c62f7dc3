import type { RecordedRequest } from './sandbox.ts';

const capacity = 1000;
/** A longer body is not kept: a thousand of them would fill the memory. */
const maxBytes = 64_000;

export interface RequestLog {
  readonly entries: readonly RecordedRequest[];
  add(request: Omit<RecordedRequest, 'status' | 'aborted' | 'startedAtMs'> & { size: number }): RecordedRequest;
}

/** The latest requests, for tests that want to see what was sent. */
export function createRequestLog({ enabled }: { enabled: boolean }): RequestLog {
  const entries: RecordedRequest[] = [];
  return {
    entries,
    add({ size, ...request }) {
      const entry: RecordedRequest = {
        ...request,
        body: size > maxBytes ? undefined : request.body,
        startedAtMs: Date.now(),
        status: undefined,
        aborted: false,
      };
      if (enabled) {
        entries.push(entry);
        if (entries.length > capacity) entries.shift();
      }
      return entry;
    },
  };
}
