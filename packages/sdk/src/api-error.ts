import type { ErrorCode, FieldError, Problem } from '@octavo/contracts';

/** An answer that is an error, or no answer at all (`code: 'network'`). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode | 'network';
  readonly status: number;
  readonly fields: FieldError[];

  constructor(code: ApiError['code'], status: number, message: string, fields: FieldError[] = []) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }

  static fromProblem(problem: Partial<Problem> | undefined, status: number): ApiError {
    return new ApiError(
      problem?.code ?? 'internal',
      status,
      problem?.message ?? `HTTP ${status}`,
      problem?.errors ?? [],
    );
  }
}
