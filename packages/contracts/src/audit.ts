import { z } from 'zod';
import { auditActions, usualLimits } from './names.ts';

export const auditAction = z.enum(auditActions);
export type AuditAction = z.infer<typeof auditAction>;

export const auditEntry = z.object({
  /** Grows with time; also the cursor. */
  id: z.string(),
  at: z.string(),
  action: auditAction,
  /** Who did it; null when nobody was signed in. */
  actorId: z.string().nullable(),
  /** Whose account it was done to; null when there is none. */
  subjectId: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** The `x-request-id` of the request. */
  requestId: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(200))
    .optional()
    .meta({ default: usualLimits.audit }),
  action: auditAction.optional(),
  /** What this account did, and what was done to it. */
  userId: z.uuid('must be a UUID').optional(),
  /** The first moment, itself included. */
  from: z.iso.datetime({ offset: true }).optional(),
  /** The moment after the last. */
  to: z.iso.datetime({ offset: true }).optional(),
  /** Only what is older than this one (`nextCursor`). */
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, 'must be a cursor from an earlier answer')
    .optional(),
});
export type AuditListQuery = z.infer<typeof auditListQuery>;

/** Newest first. */
export const auditPage = z.object({
  entries: z.array(auditEntry),
  /** Whom the entries name, as far as they still have an account. The log itself holds no names. */
  people: z.array(z.object({ id: z.string(), name: z.string(), address: z.string() })),
  nextCursor: z.string().nullable(),
});
export type AuditPage = z.infer<typeof auditPage>;
