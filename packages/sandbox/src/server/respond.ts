import type { ServerResponse } from 'node:http';
import type { Call, Dialect } from '../dialects/dialect.ts';
import { badGatewayPage } from '../dialects/upstream-errors.ts';
import type { Plan } from './plan.ts';
import { sendError } from './send-error.ts';
import { writeStream, silence } from './write-stream.ts';
import { writeWhole } from './write-whole.ts';

/** Carries out a plan. Rejects when the client leaves before the end. */
export async function respond(options: {
  response: ServerResponse;
  dialect: Dialect;
  call: Call;
  plan: Plan;
  gone: AbortSignal;
}): Promise<void> {
  const { response, dialect, call, plan, gone } = options;
  if (plan.kind === 'silence') return silence(gone);
  if (plan.kind === 'answer')
    return call.stream && dialect.stream
      ? writeStream(response, dialect.stream(plan.answer), dialect.headers(plan.answer), plan, gone)
      : writeWhole(response, dialect, plan, gone);
  if (plan.error === '502-html') return sendError(response, { status: 502, body: badGatewayPage });
  const error = dialect.errors[plan.error] ?? dialect.errors['403'];
  sendError(response, error({ model: call.model, message: '', retryAfterS: plan.retryAfterS }));
}
