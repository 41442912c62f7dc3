import { z } from 'zod';

/** The envelope of every successful answer of the native API; `description` says what `data` is. */
export function success<T extends z.ZodType>(data: T, description: string) {
  return z
    .object({
      success: z.literal(true),
      message: z.string(),
      data,
      statusCode: z.number().int(),
    })
    .describe(description);
}

export interface Success<T> {
  success: true;
  message: string;
  data: T;
  statusCode: number;
}
