import { type ErrorCode, errorCodes, problem } from '@octavo/contracts';
import type { FastifySchema } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Authenticate } from '../http/authenticate.ts';
import { AppError, toProblem } from '../http/errors.ts';
import { componentSchemas, improve, type JsonSchema, toJsonSchema } from './shown-schema.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** Codes this route may answer with, beside those that follow from its schema (see `errorsOf`). */
    errors?: readonly ErrorCode[];
    /** Headers of its successful answers, with what they mean. */
    answerHeaders?: Record<string, string>;
    /** What is shown, and neither validated nor looked at by a serializer: the route judges and writes it itself. */
    shown?: {
      params?: z.ZodType;
      querystring?: z.ZodType;
      /** Bodies that are no JSON, by media type. */
      bodies?: Record<string, z.ZodType>;
      response?: Record<number, { description: string; content: Record<string, { schema: z.ZodType }> }>;
    };
  }
}

type Transform = ReturnType<typeof createJsonSchemaTransform>;

/** What `@fastify/swagger` is told beside the routes. */
export const documentParts = {
  tags: [
    { name: 'Accounts', description: 'Sign up, sign in, and keep the session alive.' },
    { name: 'Generations', description: 'Ask for a text, follow it while it is written, stop it, try it again.' },
    { name: 'Content', description: 'What was generated or written by hand: list, edit, publish, delete.' },
    { name: 'Versions', description: 'Every text a content ever had: list, read, restore, branch, accept.' },
    { name: 'Money', description: 'What generations cost, and how much they may.' },
    { name: 'Batches', description: 'Many rows through one template.' },
    { name: 'Administration', description: 'For administrators.' },
    { name: 'Security', description: 'Public keys, and tokens for other services.' },
    { name: 'Media', description: 'Images: upload, list, describe, delete.' },
    { name: 'Health', description: 'For load balancers and monitoring.' },
  ],
  components: {
    securitySchemes: {
      bearer: {
        type: 'http' as const,
        scheme: 'bearer',
        description:
          'The `access_token` of a registration, a sign-in or a refresh; or an API key (`POST /api/account/keys`). Each operation says which scope a key needs (`x-required-scope`) or that it takes none.',
      },
    },
    schemas: { Problem: toJsonSchema(problem), ...componentSchemas } as Record<string, object>,
  },
};

const transform = createJsonSchemaTransform({ zodToJsonConfig: { override: improve } });

/** A route as the document shows it: its schemas, who may call it, and every error answer it can give. */
export const toDocument: Transform = (document) => {
  const { answerHeaders, shown, ...asked } = document.schema;
  const { bodies, ...parts } = shown ?? {};
  const { schema, url } = transform({ ...document, schema: { ...asked, ...parts } as FastifySchema });
  if (schema.hide) return { schema, url };
  const answers = (schema.response ?? {}) as Record<string, JsonSchema>;
  if (answerHeaders) {
    const headers = Object.entries(answerHeaders).map(([name, description]) => [name, { type: 'string', description }]);
    for (const answer of Object.values(answers)) answer['headers'] = Object.fromEntries(headers);
  }
  const { method, onRequest } = document.route;
  const isWrite = method !== 'GET';
  return {
    schema: {
      ...schema,
      operationId: operationId(String(method), url),
      ...keysOf(schema, onRequest, String(method)),
      ...(bodies && { body: bodyOf(schema.body as JsonSchema | undefined, bodies) }),
      response: { ...errorAnswers(errorsOf(document.schema, isWrite)), ...answers },
    },
    url,
  };
};

/** `GET /api/content/:id/versions` is `getContentByIdVersions`. */
function operationId(method: string, url: string): string {
  const words = url
    .replace(/^\/api\//, '')
    .replaceAll('/:', '/by-')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}

/** What an API key needs to call a route, as the hook that lets callers in decides it. */
function keysOf({ description }: { description?: string }, onRequest: unknown, method: string) {
  const hook = [onRequest].flat().find((one): one is Authenticate => typeof one === 'function' && 'keyScope' in one);
  if (!hook) return {};
  const scope = hook.keyScope(method);
  const rule = scope === null ? 'API keys are refused: sign in.' : `An API key needs the scope \`${scope}\`.`;
  return { description: `${description}\n\n${rule}`, ...(scope !== null && { 'x-required-scope': scope }) };
}

function bodyOf(json: JsonSchema | undefined, bodies: Record<string, z.ZodType>) {
  const others = Object.entries(bodies).map(([type, schema]) => [type, { schema: toJsonSchema(schema) }]);
  return { content: { ...(json && { 'application/json': { schema: json } }), ...Object.fromEntries(others) } };
}

/** The codes a route can answer with: its own, and those that follow from what it takes and from whom. */
function errorsOf(schema: FastifySchema, isWrite: boolean): ErrorCode[] {
  const codes = new Set<ErrorCode>(schema.errors);
  if (schema.body || schema.params || schema.querystring || schema.headers) codes.add('validation_failed');
  // A body is read before it is known whether it is wanted.
  if (isWrite) for (const code of bodyErrors) codes.add(code);
  if (schema.security) for (const code of tokenErrors) codes.add(code);
  codes.add('too_many_requests').add('internal').add('unavailable');
  return [...codes];
}

const bodyErrors = ['malformed_json', 'payload_too_large', 'unsupported_media_type'] as const;
/** An API key may lack the scope, and accounts are for people. */
const tokenErrors = ['unauthorized', 'token_expired', 'forbidden'] as const;

function errorAnswers(codes: ErrorCode[]): Record<string, JsonSchema> {
  const byStatus = Object.groupBy(codes, (code) => errorCodes[code].status);
  return Object.fromEntries(Object.entries(byStatus).map(([status, some]) => [status, errorAnswer(some)]));
}

function errorAnswer(codes: ErrorCode[]): JsonSchema {
  const [first] = codes;
  return {
    description: codes.map((code) => `${errorCodes[code].title} (\`${code}\`).`).join(' '),
    ...(codes.some((code) => code === 'unavailable' || code === 'too_many_requests') && {
      headers: { 'retry-after': { type: 'string', description: 'Seconds until another try makes sense.' } },
    }),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        ...(first && { example: toProblem(new AppError(first), '0f8fad5b-d9cb-469f-a165-70867728950e') }),
      },
    },
  };
}
