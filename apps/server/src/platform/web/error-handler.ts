import type { FieldError } from '@octavo/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { GateFull } from '../crypto/index.ts';
import { isConnectionError } from '../db/index.ts';
import { StorageError } from '../storage/index.ts';
import { AppError, toProblem } from '../http/errors.ts';

/**
 * What is too large but not huge is read to its end and thrown away. A connection that is closed while somebody still
 * writes to it is reset, and the answer is lost with it.
 */
const discardedMaxBytes = 16_777_216;

/** The one place where an error becomes an answer. What is not meant for the caller is logged and answered as 500. */
export function installErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const known = toAppError(error, request.routeOptions);
    if (known.code === 'internal' || error instanceof StorageError) request.log.error({ err: error }, 'request failed');
    if (known.code === 'payload_too_large' && Number(request.headers['content-length']) <= discardedMaxBytes) {
      reply.removeHeader('connection');
    }
    return sendProblem(known, request, reply);
  });
}

export function sendProblem(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request.id);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem);
}

function toAppError(error: unknown, route: FastifyRequest['routeOptions']): AppError {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = fieldErrors(error as FastifyError);
    const [first] = fields;
    return new AppError('validation_failed', first && `${first.path} ${first.message}`, { fields });
  }
  if (isConnectionError(error)) {
    return new AppError('unavailable', 'The database is not reachable right now. Try again in a moment.', {
      retryAfterSeconds: 2,
    });
  }
  if (error instanceof GateFull) {
    return new AppError('unavailable', 'Too many people want this right now. Try again in a moment.', {
      retryAfterSeconds: 5,
    });
  }
  if (error instanceof StorageError) {
    return new AppError('unavailable', 'Images cannot be stored or read right now. Try again in a moment.', {
      retryAfterSeconds: 5,
    });
  }
  return fromFastify(error, route) ?? new AppError('internal');
}

/** Errors that Fastify finds before a route runs. Its messages are not repeated: they may quote the body. */
function fromFastify(error: unknown, route: FastifyRequest['routeOptions']): AppError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) {
    return new AppError('payload_too_large', `The body is larger than ${Math.ceil(route.bodyLimit / 1_048_576)} MiB.`);
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415) {
    return new AppError('unsupported_media_type', `Send ${bodiesOf(route.schema ?? {})}.`);
  }
  if (statusCode === 408) return new AppError('request_timeout');
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return new AppError('malformed_json', 'The body is empty.');
  if (error instanceof SyntaxError || statusCode === 400) {
    return new AppError('malformed_json', 'The body is not valid JSON, or holds a forbidden key such as __proto__.');
  }
  return undefined;
}

/** A route that names no body has none; whoever sends one has JSON in mind. */
function bodiesOf({ body, shown }: FastifySchema): string {
  const others = Object.keys(shown?.bodies ?? {});
  const types = body || others.length === 0 ? ['application/json', ...others] : others;
  return types.map((type) => `${names[type] ?? 'a body'} with Content-Type: ${type}`).join(', or ');
}

const names: Record<string, string> = {
  'application/json': 'JSON',
  'application/zip': 'the ZIP',
  'multipart/form-data': 'a form',
};

function fieldErrors(error: FastifyError): FieldError[] {
  const where =
    { body: 'body', querystring: 'query', params: 'path', headers: 'headers' }[error.validationContext ?? 'body'] ??
    'body';
  return (error.validation ?? []).flatMap(({ instancePath, message = 'is not valid', params }) => {
    const path = [where, ...instancePath.split('/').filter(Boolean)].join('.');
    const unknownKeys = params['keys'];
    if (!Array.isArray(unknownKeys)) return [{ path, message }];
    return unknownKeys.map((key) => ({ path: `${path}.${String(key)}`, message: 'is not a known field' }));
  });
}
