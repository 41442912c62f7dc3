import { z } from 'zod';
import { sayIssue } from './wording.ts';

export * from './accounts.ts';
export * from './audit.ts';
export * from './auth.ts';
export * from './batches.ts';
export * from './budgets.ts';
export * from './content-types.ts';
export * from './content.ts';
export * from './envelope.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './fill-template.ts';
export * from './generations.ts';
export * from './health.ts';
export * from './inputs.ts';
export * from './languages.ts';
export * from './media.ts';
export * from './names.ts';
export * from './shown.ts';
export * from './text.ts';
export * from './versions.ts';

// Before any schema is used: nothing that leaves the program speaks in the library's words.
z.config({ customError: sayIssue });
