import type { Readable } from 'node:stream';
import {
  batchCheck,
  batchDetail,
  batchListQuery,
  batchPage,
  batchRowPage,
  batchRowsQuery,
  batchTable,
  batchTableBody,
  batchView,
  createBatchBody,
  idParams,
  maxBatchBodyBytes,
  success,
} from '@octavo/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { sayReplayed, takesIdempotencyKey } from '#features/idempotency';
import { type Authenticate, fileAnswer, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { BatchService } from './service.ts';

export function batchRoutes(app: App, deps: { batches: BatchService; authenticate: Authenticate }): void {
  const { batches, authenticate: onRequest } = deps;
  const common = { tags: ['Batches'], security: [{ bearer: [] }] };
  const one = (summary: string, description: string) => ({
    ...common,
    summary,
    description,
    params: idParams,
    response: { 200: success(batchView, 'The batch as it is now.') },
    errors: ['not_found', 'batch_state', 'cost_above_limit'] as const,
  });
  const missing = ['not_found'] as const;

  app.post(
    '/api/batches/table',
    {
      onRequest,
      bodyLimit: maxBatchBodyBytes,
      schema: {
        ...common,
        summary: 'Read a table',
        description: 'Shows how a CSV or JSON table would be understood. Nothing is stored.',
        body: batchTableBody,
        response: { 200: success(batchTable, 'Its columns and rows.') },
      },
    },
    (request) => succeed(batches.table(request.body), 'Table read successfully'),
  );

  app.post(
    '/api/batches/check',
    {
      onRequest,
      bodyLimit: maxBatchBodyBytes,
      schema: {
        ...common,
        summary: 'Check a batch',
        description:
          'Fills in every row and says what is wrong with it, or what all rows may cost together. Nothing is stored.',
        body: createBatchBody,
        response: { 200: success(batchCheck, 'The first rows filled in, and what it may cost.') },
        errors: ['provider_unavailable'],
      },
    },
    async (request) => succeed(await batches.check(request.userId, request.body), 'Batch checked successfully'),
  );

  app.post(
    '/api/batches',
    {
      onRequest,
      bodyLimit: maxBatchBodyBytes,
      schema: {
        ...common,
        summary: 'Create a batch',
        description:
          'Stores up to 1,000 rows, as JSON or CSV, and a template whose places they fill. It waits to be started unless `startsPaused` is false. A request that is sent again with the same `Idempotency-Key` is answered with the first one’s batch, as it is by then (404 when it was deleted meanwhile).',
        ...takesIdempotencyKey,
        body: createBatchBody,
        response: { 201: success(batchDetail, 'The batch, its first rows filled in, and what it may cost.') },
        errors: ['idempotency_conflict', 'not_found', 'provider_unavailable', 'cost_above_limit'],
      },
    },
    async ({ userId, body, headers }, reply) => {
      const { batch, replayed } = await batches.create(userId, body, headers['idempotency-key']);
      sayReplayed(reply, replayed);
      return reply.code(201).send(succeed(batch, 'Batch created successfully', 201));
    },
  );

  app.get(
    '/api/batches',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List batches',
        description: 'Your batches, newest first, with how far each has come.',
        querystring: batchListQuery,
        response: { 200: success(batchPage, 'Some batches, and how to get the next.') },
      },
    },
    async (request) => succeed(await batches.list(request.userId, request.query), 'Batches retrieved successfully'),
  );

  app.get(
    '/api/batches/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Read a batch',
        description: 'The batch, how many rows are in which state, and its first rows filled in.',
        params: idParams,
        response: { 200: success(batchDetail, 'The batch.') },
        errors: missing,
      },
    },
    async (request) => succeed(await batches.get(request.userId, request.params.id), 'Batch retrieved successfully'),
  );

  app.get(
    '/api/batches/:id/rows',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List the rows of a batch',
        description: 'Rows with their state, their content and what went wrong, by number.',
        params: idParams,
        querystring: batchRowsQuery,
        response: { 200: success(batchRowPage, 'One page of rows.') },
        errors: missing,
      },
    },
    async (request) =>
      succeed(await batches.rows(request.userId, request.params.id, request.query), 'Rows retrieved successfully'),
  );

  const start = one('Start a batch', 'Its rows are submitted a few at a time.');
  app.post('/api/batches/:id/start', { onRequest, schema: start }, async (request) =>
    succeed(await batches.start(request.userId, request.params.id), 'Batch started'),
  );
  const pause = one('Pause a batch', 'No further rows are submitted; those under way go on.');
  app.post('/api/batches/:id/pause', { onRequest, schema: pause }, async (request) =>
    succeed(await batches.pause(request.userId, request.params.id), 'Batch paused'),
  );
  const resume = one('Resume a batch', 'Goes on where it was paused.');
  app.post('/api/batches/:id/resume', { onRequest, schema: resume }, async (request) =>
    succeed(await batches.resume(request.userId, request.params.id), 'Batch resumed'),
  );
  const cancel = one('Cancel a batch', 'Rows that wait are skipped, rows under way are cancelled; what is done stays.');
  app.post('/api/batches/:id/cancel', { onRequest, schema: cancel }, async (request) =>
    succeed(await batches.cancel(request.userId, request.params.id), 'Batch cancelled'),
  );
  app.post(
    '/api/batches/:id/retry',
    { onRequest, schema: one('Retry failed rows', 'Queues the failed rows again, and no others.') },
    async (request) => succeed(await batches.retry(request.userId, request.params.id), 'Failed rows queued again'),
  );

  app.delete(
    '/api/batches/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delete a batch',
        description: 'Cancels it and takes it out of the list; the contents of its rows stay.',
        params: idParams,
        response: { 200: success(z.null(), 'It is gone.') },
        errors: missing,
      },
    },
    async (request) => {
      await batches.delete(request.userId, request.params.id);
      return succeed(null, 'Batch deleted successfully');
    },
  );

  app.get(
    '/api/batches/:id/results.csv',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Download results as CSV',
        description:
          'The rows with what came of them, and who made it. Cells that a spreadsheet would run as formulas are escaped.',
        params: idParams,
        shown: { response: fileAnswer('The table.', 'text/csv') },
        errors: missing,
      },
    },
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
        summary: 'Download results as ZIP',
        description:
          'Texts as Markdown files that say where their words come from, images (up to 2 GiB of them), and the rows as CSV.',
        params: idParams,
        shown: { response: fileAnswer('The archive.', 'application/zip') },
        errors: ['not_found', 'payload_too_large'],
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
