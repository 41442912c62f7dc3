import { type DestinationStream, type Logger, pino } from 'pino';
import { suppressRepeats } from './repeats.ts';

export { createChildOutput } from './child-output.ts';
export type { Logger };

const repeatWindowMs = 5000;

/**
 * Structured log on standard error. Prompts, texts, tokens and keys are never passed to it. What is said again within
 * five seconds is counted instead.
 */
export function createLog(
  level: string,
  role: string,
  destination: DestinationStream = pino.destination({ fd: 2, sync: false }),
): Logger {
  return pino(
    {
      level,
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => describeError(error) },
      // Packages log as well: the one for uploads tells at the level trace with which headers each has come.
      redact: ['headers.authorization', '*.headers.authorization', '*.headers.cookie', '*.password', '*.token'],
      hooks: { logMethod: suppressRepeats(repeatWindowMs) },
    },
    destination,
  );
}

/**
 * What is written of an error. Only this: errors of databases and HTTP clients carry rows, request bodies and answers in
 * fields of their own, and with them what users wrote.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.constructor.name,
    message: error.message,
    ...(code !== undefined && { code }),
    stack: error.stack,
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}
