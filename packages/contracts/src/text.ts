import { z } from 'zod';

/**
 * Text that PostgreSQL and JSON can carry unchanged: no NUL byte (PostgreSQL refuses it) and no lone
 * surrogate (it has no UTF-8 form, so it would come back as something else).
 */
export function text(limits: { min?: number; max: number }) {
  const { min = 0, max } = limits;
  return z
    .string()
    .min(min, min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !value.includes('\u0000'), 'must not contain NUL characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode (it holds a lone surrogate)');
}

/** `text`, with white space at both ends removed before it is measured. */
export function trimmedText(limits: { min?: number; max: number }) {
  return z
    .string()
    .transform((value) => value.trim())
    .pipe(text(limits));
}

/** A number in an address. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.number());
