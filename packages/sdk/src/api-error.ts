import type { BudgetReached, ErrorCode, FieldError, Problem } from '@octavo/contracts';

/** An answer that is an error, or no answer at all (`code: 'network'`). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode | 'network';
  readonly status: number;
  readonly fields: FieldError[];
  /** Which budget is reached; only with `budget_exceeded`. */
  readonly budget: BudgetReached | undefined;
  /** When it is worth another try; only where the server says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ApiError['code'],
    status: number,
    message: string,
    fields: FieldError[] = [],
    budget?: BudgetReached,
    retryAfterSeconds?: number,
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.budget = budget;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static fromProblem(problem: Partial<Problem> | undefined, status: number, retryAfter?: string | null): ApiError {
    return new ApiError(
      problem?.code ?? 'internal',
      status,
      problem?.message ?? `HTTP ${status}`,
      problem?.errors ?? [],
      problem?.budget,
      retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined,
    );
  }
}
