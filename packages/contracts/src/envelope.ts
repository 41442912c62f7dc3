import { z } from 'zod';

/** The envelope of every successful answer of the native API. */
export function success<T extends z.ZodType>(data: T) {
  return z.object({
    success: z.literal(true),
    message: z.string(),
    data,
    statusCode: z.number().int(),
  });
}

export interface Success<T> {
  success: true;
  message: string;
  data: T;
  statusCode: number;
}
