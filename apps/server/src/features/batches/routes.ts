import type { Readable } from 'node:stream';
import {
  batchDetail,
  batchListQuery,
  batchPage,
  batchRowPage,
  batchRowsQuery,
  batchView,
  createBatchBody,
  idParams,
  maxBatchBodyBytes,
  success,
} from '@octavo/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type App, type Authenticate, succeed } from '#platform/http';
import type { BatchService } from './service.ts';

export function batchRoutes(app: App, deps: { batches: BatchService; authenticate: Authenticate }): void {
  const { batches, authenticate: onRequest } = deps;
  const common = { tags: ['Batches'], security: [{ bearer: [] }] };
  const one = { ...common, params: idParams, response: { 200: success(batchView) } };

  app.post(
    '/api/batches',
    {
      onRequest,
      bodyLimit: maxBatchBodyBytes,
      schema: {
        ...common,
        summary: 'Store up to 1,000 rows and a template as a draft',
        body: createBatchBody,
        response: { 201: success(batchDetail) },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(succeed(await batches.create(request.userId, request.body), 'Batch created successfully', 201)),
  );

  app.get(
    '/api/batches',
    { onRequest, schema: { ...common, querystring: batchListQuery, response: { 200: success(batchPage) } } },
    async (request) => succeed(await batches.list(request.userId, request.query), 'Batches retrieved successfully'),
  );

  app.get(
    '/api/batches/:id',
    { onRequest, schema: { ...common, params: idParams, response: { 200: success(batchDetail) } } },
    async (request) => succeed(await batches.get(request.userId, request.params.id), 'Batch retrieved successfully'),
  );

  app.get(
    '/api/batches/:id/rows',
    {
      onRequest,
      schema: { ...common, params: idParams, querystring: batchRowsQuery, response: { 200: success(batchRowPage) } },
    },
    async (request) =>
      succeed(await batches.rows(request.userId, request.params.id, request.query), 'Rows retrieved successfully'),
  );

  app.post('/api/batches/:id/start', { onRequest, schema: one }, async (request) =>
    succeed(await batches.start(request.userId, request.params.id), 'Batch started'),
  );
  app.post('/api/batches/:id/pause', { onRequest, schema: one }, async (request) =>
    succeed(await batches.pause(request.userId, request.params.id), 'Batch paused'),
  );
  app.post('/api/batches/:id/resume', { onRequest, schema: one }, async (request) =>
    succeed(await batches.resume(request.userId, request.params.id), 'Batch resumed'),
  );
  app.post('/api/batches/:id/cancel', { onRequest, schema: one }, async (request) =>
    succeed(await batches.cancel(request.userId, request.params.id), 'Batch cancelled'),
  );
  app.post(
    '/api/batches/:id/retry',
    { onRequest, schema: { ...one, summary: 'Queue the failed rows again, and no others' } },
    async (request) => succeed(await batches.retry(request.userId, request.params.id), 'Failed rows queued again'),
  );

  app.delete(
    '/api/batches/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Cancel and remove a batch; its contents stay',
        params: idParams,
        response: { 200: success(z.null()) },
      },
    },
    async (request) => {
      await batches.delete(request.userId, request.params.id);
      return succeed(null, 'Batch deleted successfully');
    },
  );

  app.get(
    '/api/batches/:id/results.csv',
    { onRequest, schema: { ...common, summary: 'The rows with what came of them, as CSV', params: idParams } },
    async (request, reply) => {
      const origin = `${request.protocol}://${request.host}`;
      const { title, stream } = await batches.resultsAsCsv(request.userId, request.params.id, origin);
      return download(reply, 'text/csv; charset=utf-8', `${title}.csv`, stream);
    },
  );

  app.get(
    '/api/batches/:id/results.zip',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Texts as Markdown files, images, and the rows as CSV; images up to 2 GiB',
        params: idParams,
      },
    },
    async (request, reply) => {
      const { title, stream } = await batches.resultsAsZip(request.userId, request.params.id);
      return download(reply, 'application/zip', `${title}.zip`, stream);
    },
  );
}

/** The name in the form of RFC 6266: plain for old programs, and as it is. */
function download(reply: FastifyReply, mediaType: string, name: string, stream: Readable): FastifyReply {
  const plain = name.replaceAll(/[^\w .-]+/g, '-');
  const whole = encodeURIComponent(name.replaceAll(/[\\/\p{Cc}]/gu, '-').toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return reply
    .header('content-type', mediaType)
    .header('content-disposition', `attachment; filename="${plain}"; filename*=UTF-8''${whole}`)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .send(stream);
}
