import { type BudgetReached, type ErrorCode, errorCodes, type FieldError, type Problem } from '@octavo/contracts';

/** An error that a caller is told about: its code says which HTTP status, its message says what to do. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly fields: FieldError[];
  /** Seconds until another try makes sense; becomes the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;
  /** Which budget is reached; goes with `budget_exceeded`. */
  readonly budget: BudgetReached | undefined;

  constructor(
    code: ErrorCode,
    detail?: string,
    options: { fields?: FieldError[]; retryAfterSeconds?: number; budget?: BudgetReached } = {},
  ) {
    super(detail ?? errorCodes[code].title);
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.budget = options.budget;
  }
}

/** RFC 9457 problem details in the words of our envelope. */
export function toProblem(error: AppError, requestId: string): Problem {
  const { status, title } = errorCodes[error.code];
  return {
    type: `urn:octavo:error:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    success: false,
    message: error.message,
    statusCode: status,
    errors: error.fields,
    ...(error.budget && { budget: error.budget }),
  };
}
