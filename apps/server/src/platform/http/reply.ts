import type { Success } from '@octavo/contracts';
import { z } from 'zod';

/** The success envelope of the native API. */
export function succeed<T>(data: T, message: string, statusCode = 200): Success<T> {
  return { success: true, message, data, statusCode };
}

/** The answer of a route that sends a file: what it is, and the types that it may have. */
export function fileAnswer(description: string, ...types: string[]) {
  const content = types.map((type) => [
    type,
    { schema: (type.startsWith('text/') ? z.string() : z.file()) as z.ZodType },
  ]);
  return { 200: { description, content: Object.fromEntries(content) } };
}
