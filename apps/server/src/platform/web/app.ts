import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import helmet from 'helmet';
import type { Logger } from '../log/index.ts';
import { documentParts, toDocument } from './api-document.ts';
import { docsPage } from './docs-page.ts';
import { acceptEmptyJson } from './empty-json.ts';
import { rememberCurrentRequest } from '../http/current-request.ts';
import { installErrorHandler } from './error-handler.ts';

const bodyLimitBytes = 1_048_576;

const description = `AI content studio and generation server.

Every successful answer has the envelope \`{ success, message, data, statusCode }\`; every error is a problem (RFC 9457) with
a stable \`code\` and, for wrong input, one entry in \`errors\` for each wrong field. Requests are checked strictly: a field that
is not known is an error. Times are UTC in ISO 8601, ids are UUIDs, and each answer carries an \`x-request-id\`.`;
/** What a page from here may load and do: nothing but what comes from here, and no script but files. */
const policy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  // The dialogs of Radix lock scrolling with a style element, and Swagger UI writes its own.
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};
/**
 * That of /docs alone. Swagger UI is built on innerHTML, so there are no Trusted Types, and its style sheet draws arrows and
 * marks from data:, which no other page may. It shows our own document and nothing of any user.
 */
const policyOfReference = Object.entries({ ...policy, imgSrc: ["'self'", 'data:'] })
  .map(([name, values]) => `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${values.join(' ')}`)
  .join(';');

/** The Fastify instance every feature adds its routes to. */
export async function createApp(options: {
  log: Logger;
  corsOrigins: string[];
  version: string;
  /** The addresses of proxies whose X-Forwarded-For is believed, separated by commas. */
  trustProxy: false | string;
  /** Whether browsers are told to come by https only. */
  hsts: boolean;
}) {
  const app = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    genReqId: () => randomUUID(),
    trustProxy: options.trustProxy,
    // An image of 20 MiB needs a while on a slow line; the headers alone do not.
    requestTimeout: 120_000,
    // Whoever connects has this long to ask for something; looked at every five seconds.
    http: { headersTimeout: 15_000, connectionsCheckingInterval: 5000 },
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  // Answers are built by presenters that the compiler checks against the contracts; parsing them again would
  // only cost time.
  app.setSerializerCompiler(() => JSON.stringify);
  app.decorateRequest('userId', '');
  app.decorateRequest('tokenExpiresAtMs', 0);
  app.decorateRequest('caller', null);
  installErrorHandler(app);
  acceptEmptyJson(app);
  // Fastify would take it for a body of one string; no route wants that.
  app.removeContentTypeParser('text/plain');
  rememberCurrentRequest(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    // What an account can see is not for the caches on the way; what may be kept says so itself.
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    // The route, not the address: addresses hold signatures and ids.
    const { method, routeOptions } = request;
    const ms = Math.round(reply.elapsedTime);
    request.log.debug({ method, route: routeOptions.url ?? 'none', status: reply.statusCode, ms }, 'answered');
    done();
  });
  // Not through @fastify/helmet, which puts the policy together anew for every request: a twentieth of the time of a submit.
  const secure = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...policy,
        // Not even code of ours may turn text into markup or script behind React's back.
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    strictTransportSecurity: options.hsts && { maxAge: 63_072_000, includeSubDomains: false },
  });
  app.addHook('onRequest', (request, reply, done) => secure(request.raw, reply.raw, () => done()));
  await app.register(cors, {
    origin: options.corsOrigins.length > 0 ? options.corsOrigins : false,
    exposedHeaders: ['x-request-id', 'retry-after', 'ratelimit', 'ratelimit-policy', 'idempotency-replayed'],
    maxAge: 600,
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Octavo API', description, version: options.version },
      ...documentParts,
    },
    transform: toDocument,
  });
  await app.register(swaggerUi, { ...docsPage(), staticCSP: policyOfReference });
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

export type App = Awaited<ReturnType<typeof createApp>>;
