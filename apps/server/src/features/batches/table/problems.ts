import type { FieldError } from '@octavo/contracts';
import { AppError } from '#platform/http';

/** A table may be wrong in a thousand places; this many are told of. */
const told = 20;

/** Gathers what is wrong with a table, so that its owner can mend it in one go. */
export function createProblems() {
  const fields: FieldError[] = [];
  return {
    add: (path: string, message: string): void => void fields.push({ path, message }),
    /** @throws AppError validation_failed when there are any */
    throwIfAny(): void {
      const [first] = fields;
      if (!first) return;
      const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
      throw new AppError('validation_failed', `${first.message}${more}`, { fields: fields.slice(0, told) });
    },
  };
}

export type Problems = ReturnType<typeof createProblems>;
