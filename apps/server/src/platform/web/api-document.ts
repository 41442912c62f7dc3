import { type ErrorCode, errorCodes, problem } from '@octavo/contracts';
import type { FastifySchema } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, toProblem } from '../http/errors.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** Codes this route may answer with, beside those that follow from its schema (see `errorsOf`). */
    errors?: readonly ErrorCode[];
    /** Headers of its successful answers, with what they mean. */
    answerHeaders?: Record<string, string>;
  }
}

type JsonSchema = Record<string, unknown>;
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
        bearerFormat: 'JWT',
        description: 'The `access_token` of a registration, a sign-in or a refresh.',
      },
    },
    schemas: { Problem: z.toJSONSchema(problem, { override: improve }) as object },
  },
};

/**
 * Takes away the bounds that every whole number has in JavaScript, which say nothing, and gives back the examples,
 * which zod leaves out of a schema that changes its input (trims it, say).
 */
function improve({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema }) {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  const examples = z.globalRegistry.get(zodSchema)?.['examples'];
  if (Array.isArray(examples)) jsonSchema.examples = examples;
}

const transform = createJsonSchemaTransform({ zodToJsonConfig: { override: improve } });

/** A route as the document shows it: its schemas, and every error answer it can give. */
export const toDocument: Transform = (document) => {
  const { schema, url } = transform(document);
  if (schema.hide) return { schema, url };
  const { answerHeaders } = document.schema;
  const answers = (schema.response ?? {}) as Record<string, JsonSchema>;
  if (answerHeaders) {
    const headers = Object.entries(answerHeaders).map(([name, description]) => [name, { type: 'string', description }]);
    for (const answer of Object.values(answers)) answer['headers'] = Object.fromEntries(headers);
  }
  const isWrite = document.route.method !== 'GET';
  return { schema: { ...schema, response: { ...errorAnswers(errorsOf(document.schema, isWrite)), ...answers } }, url };
};

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
