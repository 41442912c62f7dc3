import type { Success } from '@octavo/contracts';

/** The success envelope of the native API. */
export function succeed<T>(data: T, message: string, statusCode = 200): Success<T> {
  return { success: true, message, data, statusCode };
}
