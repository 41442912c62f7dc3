import { type Logger, pino } from 'pino';

export type { Logger };

/** Structured log on standard error. Prompts, texts, tokens and keys are never passed to it. */
export function createLog(level: string, role: string): Logger {
  return pino(
    {
      level,
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'headers.authorization', '*.password', '*.token'],
    },
    pino.destination({ fd: 2, sync: false }),
  );
}
