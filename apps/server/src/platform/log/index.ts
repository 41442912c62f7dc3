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
      redact: ['req.headers.authorization', 'req.headers.cookie', 'headers.authorization', '*.password', '*.token'],
      hooks: { logMethod: suppressRepeats(repeatWindowMs) },
    },
    destination,
  );
}
