import type { LoggerOptions } from 'pino';

const warn = 40;
const fatal = 60;

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

interface Repeats {
  suppressed: number;
}

/**
 * Lets a warning or an error through once in `windowMs`, and says at the end of that time how often it came again:
 * a database that restarts is one line, not one for each of a thousand queries. Two are the same when their messages
 * are, and the errors they speak of.
 */
export function suppressRepeats(windowMs: number): LogMethod {
  const recent = new Map<string, Repeats>();
  return function logMethod(args, method, level) {
    if (level < warn || level >= fatal) return method.apply(this, args);
    const [first, second] = args as unknown as [unknown, unknown];
    const message = typeof first === 'string' ? first : typeof second === 'string' ? second : '';
    const key = `${level} ${message} ${typeof first === 'string' ? '' : whichError(first)}`;
    const repeats = recent.get(key);
    if (repeats) {
      repeats.suppressed += 1;
      return undefined;
    }
    const started: Repeats = { suppressed: 0 };
    recent.set(key, started);
    setTimeout(() => {
      recent.delete(key);
      if (started.suppressed > 0) method.call(this, { suppressed: started.suppressed }, message);
    }, windowMs).unref();
    return method.apply(this, args);
  };
}

function whichError(fields: unknown): string {
  const error = (fields as { err?: unknown } | null)?.err;
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
