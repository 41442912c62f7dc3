import {
  attemptParams,
  attemptText,
  cancelResult,
  generateBody,
  generationAccepted,
  generationEvent,
  generationView,
  idParams,
  jobParams,
  jobStatusView,
  regenerateBody,
  success,
} from '@octavo/contracts';
import { z } from 'zod';
import { sayReplayed, takesIdempotencyKey } from '#features/idempotency';
import { AppError, type Authenticate, callerOf, succeed, type WatchCaller } from '#platform/http';
import type { App } from '#platform/web';
import type { GenerationService } from './service.ts';
import { parseEventId, startOfLog, writeEventStream } from './sse.ts';

const lastEventId = z
  .string()
  .refine((id) => parseEventId(id) !== undefined, 'must be the id of an event of this stream')
  .optional()
  .describe('The id of the last event that was read, such as `1-7-482`; the stream goes on behind it.');

const eventStream = `The run log as server-sent events. Each has

- \`event\`: \`queued\`, \`started\`, \`delta\`, \`retrying\`, \`completed\`, \`failed\` or \`cancelled\`; the last three end the stream;
- \`data\`: the entry as JSON, with \`generationId\`, \`contentId\`, \`attempt\`, \`seq\`, \`offset\`, \`type\`, and what belongs to its type;
- \`id\`: \`<attempt>-<seq>-<length of the text so far>\`.

A \`delta\` puts \`text\` at \`offset\` (in UTF-16 code units, as JavaScript counts) of take \`attempt\`. A higher \`attempt\` voids the text of
all lower ones. \`retrying\` says why a take failed and when (\`retryAt\`) the next begins.

A reader that comes back sends the id of the last event it has read as \`Last-Event-ID\` (an EventSource does that by itself) and
gets what it has missed, each word once; one that has read beyond the end, of another log, starts over. When the generation has ended and was read to its end, the answer is 204, which tells an
EventSource to stay away. A comment line comes every 15 seconds, so that silent connections are not closed on the way. When the
access token expires, the event \`session-expired\` comes and the stream ends: come back with a new token.`;

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
        description: `Accepts a generation and answers at once, before anything is written. From then on it reaches exactly one end: \`completed\`,
\`failed\` or \`cancelled\`. Follow it at \`/api/generations/{jobId}/events\`, ask for it at \`/api/generations/{jobId}\`.

Send an \`Idempotency-Key\` to be able to send the same request again after a broken connection: the second one gets the first
one's answer, with the header \`idempotency-replayed: true\`, and nothing is generated twice. The same key with another body is
refused (409).`,
        ...takesIdempotencyKey,
        body: generateBody,
        response: { 202: success(generationAccepted, 'Accepted: the content to be written, and the id of the work.') },
        errors: ['idempotency_conflict', 'provider_unavailable', 'budget_exceeded', 'verification_required'],
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const { accepted, replayed } = await generations.submit(request.userId, request.body, key);
      sayReplayed(reply, replayed);
      return reply.code(202).send(succeed(accepted, 'Content generation queued successfully', 202));
    },
  );

  app.post(
    '/api/content/:id/regenerate',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Generate a text anew',
        description:
          'Asks again for what was asked last, but for what the body changes. What there is stays as a version; the new text becomes the current one when it is done, unless it is edited meanwhile.',
        params: idParams,
        ...takesIdempotencyKey,
        body: regenerateBody.nullish().meta({ examples: [{ prompt: 'The same, for children' }] }),
        response: { 202: success(generationAccepted, 'Accepted: it will reach exactly one end.') },
        errors: [
          'not_found',
          'still_generating',
          'idempotency_conflict',
          'provider_unavailable',
          'budget_exceeded',
          'verification_required',
        ],
      },
    },
    async (request, reply) => {
      const { userId, params, body, headers } = request;
      const { accepted, replayed } = await generations.regenerate(
        userId,
        params.id,
        body ?? {},
        headers['idempotency-key'],
      );
      sayReplayed(reply, replayed);
      return reply.code(202).send(succeed(accepted, 'Content generation queued successfully', 202));
    },
  );

  app.get(
    '/api/generations/:id/attempts/:attempt',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Read one take',
        description: 'One take with its words, also one that was rejected.',
        params: attemptParams,
        response: { 200: success(attemptText, 'The take and its words.') },
        errors: ['not_found'],
      },
    },
    async ({ userId, params }) =>
      succeed(await generations.attempt(userId, params.id, params.attempt), 'Take retrieved successfully'),
  );

  app.get(
    '/api/content/job/:jobId/status',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Ask how a generation is doing',
        description: 'The short form: its status, with the text once it is completed or the reason once it has failed.',
        params: jobParams,
        response: { 200: success(jobStatusView, 'The status.') },
        errors: ['not_found'],
      },
    },
    async (request) =>
      succeed(await generations.jobStatus(request.userId, request.params.jobId), 'Job status retrieved successfully'),
  );

  app.get(
    '/api/generations/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Read a generation',
        description:
          'Everything there is to know: the text as far as it is written, and each take with its provider, its outcome and what it used.',
        params: idParams,
        response: { 200: success(generationView, 'The generation and its takes.') },
        errors: ['not_found'],
      },
    },
    async (request) =>
      succeed(await generations.get(request.userId, request.params.id), 'Generation retrieved successfully'),
  );

  app.post(
    '/api/generations/:id/cancel',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Cancel a generation',
        description:
          'One that has not begun is cancelled at once. One that is being written is asked to stop, which its worker does a moment later: until then `status` is still `processing`. Cancelling again changes nothing.',
        params: idParams,
        response: { 200: success(cancelResult, 'It is cancelled, or will be in a moment: see `status`.') },
        errors: ['not_found', 'not_cancellable'],
      },
    },
    async (request) => {
      const result = await generations.cancel(request.userId, request.params.id);
      return succeed(
        result,
        result.status === 'cancelled'
          ? 'Generation cancelled'
          : 'Cancellation requested; the generation stops in a moment',
      );
    },
  );

  app.post(
    '/api/generations/:id/retry',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Try a generation again',
        description:
          'Queues the same request anew, as a generation with an id of its own, for the same content. Only for one that failed or was cancelled, and only once: whoever did not get the answer gets it again with the same `Idempotency-Key`.',
        params: idParams,
        ...takesIdempotencyKey,
        response: { 202: success(generationAccepted, 'Accepted: the content, and the id of the new work.') },
        errors: ['not_found', 'not_retryable', 'idempotency_conflict', 'budget_exceeded', 'verification_required'],
      },
    },
    async ({ userId, params, headers }, reply) => {
      const { accepted, replayed } = await generations.retry(userId, params.id, headers['idempotency-key']);
      sayReplayed(reply, replayed);
      return reply.code(202).send(succeed(accepted, 'Content generation queued again', 202));
    },
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
        summary: 'Follow a generation, live (text/event-stream)',
        description: eventStream,
        params: idParams,
        headers: z.looseObject({ 'last-event-id': lastEventId }),
        response: {
          200: {
            description: 'The run log from the beginning, or from behind `Last-Event-ID`, until the generation ends.',
            content: {
              'text/event-stream': {
                schema: generationEvent.describe('What stands in the `data` of each event, as JSON.'),
              },
            },
          },
          204: z.null().describe('The generation has ended and was read to its end: there is nothing more to come.'),
        },
        errors: ['not_found'],
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
      if (!events) return reply.code(204).send(null);
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
