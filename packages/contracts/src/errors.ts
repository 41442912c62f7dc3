import { z } from 'zod';
import { budgetReached } from './budgets.ts';

/**
 * Every error code that leaves the server, with its HTTP status and title: the one table.
 * Codes are stable; titles are for people who read the raw answer.
 */
export const errorCodes = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  unauthorized: { status: 401, title: 'You are not signed in' },
  token_expired: { status: 401, title: 'Your access token has expired' },
  invalid_credentials: { status: 401, title: 'E-mail or password is wrong' },
  refresh_token_invalid: { status: 401, title: 'Your session has ended' },
  /** The password is right; send it again with `code`, or sign in with a passkey. */
  second_factor_required: { status: 401, title: 'This account needs a second factor' },
  second_factor_invalid: { status: 401, title: 'The code of the second factor is wrong' },
  budget_exceeded: { status: 402, title: 'A budget is used up' },
  forbidden: { status: 403, title: 'You may not do this' },
  account_suspended: { status: 403, title: 'This account is suspended' },
  /** It was deleted, and can be brought back until its time is over: POST /api/account/restore. */
  account_deleted: { status: 403, title: 'This account is being deleted' },
  registration_closed: { status: 403, title: 'Nobody can register here' },
  invitation_invalid: { status: 403, title: 'This invitation cannot be used' },
  verification_required: { status: 403, title: 'This account is not confirmed yet' },
  /** An admin's session without a second factor, where the settings ask for one. */
  admin_second_factor_required: { status: 403, title: 'Admins need a second factor here' },
  code_invalid: { status: 400, title: 'This code is wrong or has expired' },
  not_found: { status: 404, title: 'Not found' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  /** Another request has just renewed this session, and its answer holds the tokens. Nothing is lost; read them there. */
  email_taken: { status: 409, title: 'This e-mail address already has an account' },
  phone_taken: { status: 409, title: 'This phone number already has an account' },
  last_admin: { status: 409, title: 'This is the last admin' },
  limit_reached: { status: 409, title: 'There cannot be more of these' },
  idempotency_conflict: { status: 409, title: 'This Idempotency-Key was used for another request' },
  version_conflict: { status: 409, title: 'This content was changed meanwhile' },
  not_cancellable: { status: 409, title: 'This generation has already ended' },
  still_generating: { status: 409, title: 'This content is still being generated' },
  nothing_to_accept: { status: 409, title: 'This take cannot be accepted' },
  /** Only what was deleted can be erased. */
  not_deleted: { status: 409, title: 'This content is not deleted' },
  not_retryable: { status: 409, title: 'This generation cannot be retried' },
  image_in_use: { status: 409, title: 'This image is in use' },
  batch_state: { status: 409, title: 'The batch cannot do this now' },
  cost_above_limit: { status: 409, title: 'This may cost more than you allowed' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body has a type that is not taken here' },
  image_empty: { status: 400, title: 'The image is empty' },
  image_too_large: { status: 413, title: 'The image is too large' },
  image_type_unsupported: { status: 415, title: 'This is not an image that is accepted' },
  image_damaged: { status: 422, title: 'The image is damaged' },
  image_too_many_pixels: { status: 422, title: 'The image has too many pixels' },
  url_refused: { status: 422, title: 'This address is not fetched' },
  url_failed: { status: 422, title: 'Nothing could be fetched from this address' },
  provider_unavailable: { status: 422, title: 'This provider is not available here' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on the server' },
  unavailable: { status: 503, title: 'The server cannot answer right now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

export const fieldError = z.object({
  /** Where the value stood, e.g. `body.prompt` or `query.page`. */
  path: z.string(),
  message: z.string(),
});
export type FieldError = z.infer<typeof fieldError>;

/** RFC 9457 problem details; `success`, `message` and `statusCode` repeat it in the envelope's words. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  requestId: z.string(),
  success: z.literal(false),
  message: z.string(),
  statusCode: z.number().int(),
  errors: z.array(fieldError),
  /** Which budget is reached; only with `budget_exceeded`. */
  budget: budgetReached.optional(),
});
export type Problem = z.infer<typeof problem>;
