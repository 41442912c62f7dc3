/** The little that is read of what an SDK throws or reports. */
export interface UpstreamFailure {
  /** Name of the error class. */
  name: string;
  /** HTTP status; that of an error chunk where the upstream gave one. */
  status: number | undefined;
  headers: Record<string, string | undefined>;
  /** Everything the upstream said, to look for words in. Never to be logged: it may repeat a key or a prompt. */
  words: string;
  body: string;
  /** Where it came from, without any of its words: fit for a log. */
  trace: Error;
}

const longestBodyChars = 20_000;

/** Reads an `APICallError`, the payload of an error chunk, or anything else. */
export function readFailure(error: unknown): UpstreamFailure {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const { name, statusCode, code, type, message, responseBody, responseHeaders } = fields;
  const body = typeof responseBody === 'string' ? responseBody.slice(0, longestBodyChars) : '';
  const status = httpStatus(statusCode) ?? httpStatus(code);
  const failureName = typeof name === 'string' ? name : 'StreamError';
  return {
    name: failureName,
    status,
    headers: (responseHeaders ?? {}) as Record<string, string | undefined>,
    words: [message, code, type, body].filter((value) => typeof value === 'string').join('\n'),
    body,
    trace: traceOf(
      error,
      [failureName, status, networkCode(fields['cause'])].filter((part) => part !== undefined).join(' '),
    ),
  };
}

function httpStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && status >= 100 && status <= 599 ? status : undefined;
}

/** `ECONNREFUSED` and the like. */
function networkCode(cause: unknown): string | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_0-9]{3,40}$/.test(code) ? code : undefined;
}

/** An error with the same stack, but none of the words, causes and request bodies of the original. */
function traceOf(error: unknown, message: string): Error {
  const trace = new Error(message);
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line)) : [];
  trace.stack = [`Error: ${message}`, ...frames].join('\n');
  return trace;
}
