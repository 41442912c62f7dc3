import {
  cancelResult,
  generateBody,
  generationAccepted,
  generationView,
  idempotencyKey,
  idParams,
  jobParams,
  jobStatusView,
  success,
} from '@octavo/contracts';
import { z } from 'zod';
import { type App, AppError, type Authenticate, callerOf, succeed, type WatchCaller } from '#platform/http';
import type { GenerationService } from './service.ts';
import { parseEventId, startOfLog, writeEventStream } from './sse.ts';

const lastEventId = z
  .string()
  .refine((id) => parseEventId(id) !== undefined, 'must be the id of an event of this stream')
  .optional();

export function generationRoutes(
  app: App,
  deps: { generations: GenerationService; authenticate: Authenticate; watch: WatchCaller; now?: () => number },
): void {
  const { generations, authenticate: onRequest, now = Date.now } = deps;
  const common = { tags: ['Generations'], security: [{ bearer: [] }] };

  app.post(
    '/api/content/generate',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Queue a generation',
        headers: z.looseObject({ 'idempotency-key': idempotencyKey.optional() }),
        body: generateBody,
        response: { 202: success(generationAccepted) },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const { accepted, replayed } = await generations.submit(request.userId, request.body, key);
      if (replayed) reply.header('idempotency-replayed', 'true');
      return reply.code(202).send(succeed(accepted, 'Content generation queued successfully', 202));
    },
  );

  app.get(
    '/api/content/job/:jobId/status',
    { onRequest, schema: { ...common, params: jobParams, response: { 200: success(jobStatusView) } } },
    async (request) =>
      succeed(await generations.jobStatus(request.userId, request.params.jobId), 'Job status retrieved successfully'),
  );

  app.get(
    '/api/generations/:id',
    { onRequest, schema: { ...common, params: idParams, response: { 200: success(generationView) } } },
    async (request) =>
      succeed(await generations.get(request.userId, request.params.id), 'Generation retrieved successfully'),
  );

  app.post(
    '/api/generations/:id/cancel',
    { onRequest, schema: { ...common, params: idParams, response: { 200: success(cancelResult) } } },
    async (request) => succeed(await generations.cancel(request.userId, request.params.id), 'Generation cancelled'),
  );

  app.post(
    '/api/generations/:id/retry',
    { onRequest, schema: { ...common, params: idParams, response: { 202: success(generationAccepted) } } },
    async (request, reply) =>
      reply
        .code(202)
        .send(
          succeed(await generations.retry(request.userId, request.params.id), 'Content generation queued again', 202),
        ),
  );

  // Open streams would keep the server from closing; their readers come back with Last-Event-ID.
  const streams = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.abort();
  });

  app.get(
    '/api/generations/:id/events',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'The run log, live (text/event-stream)',
        params: idParams,
        headers: z.looseObject({ 'last-event-id': lastEventId }),
      },
    },
    async (request, reply) => {
      const id = request.headers['last-event-id'];
      const from = (id === undefined ? undefined : parseEventId(id)) ?? startOfLog;
      const ended = new AbortController();
      streams.add(ended);
      reply.raw.on('close', () => {
        streams.delete(ended);
        ended.abort();
      });
      const events = await generations.follow(request.userId, request.params.id, from, ended.signal);
      // 204 tells an EventSource not to come back.
      if (!events) return reply.code(204).send();
      if (request.raw.destroyed) throw new AppError('request_timeout');
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value as string);
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        // A connection that is kept after its stream would keep the server from closing.
        connection: 'close',
      });
      reply.raw.flushHeaders();
      // The stream ends with the token or its session; the reader comes back with a new one and its Last-Event-ID.
      const end = () => {
        reply.raw.write('event: session-expired\ndata: {}\n\n');
        ended.abort();
      };
      const expiry = setTimeout(end, Math.max(0, request.tokenExpiresAtMs - now()));
      const unwatch = deps.watch(callerOf(request), end);
      try {
        await writeEventStream(reply.raw, events);
      } catch (error) {
        request.log.error({ err: error }, 'event stream broke');
        reply.raw.destroy();
      } finally {
        clearTimeout(expiry);
        unwatch();
      }
    },
  );
}
