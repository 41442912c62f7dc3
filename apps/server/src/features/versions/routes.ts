import {
  attemptParams,
  contentView,
  idParams,
  success,
  versionListQuery,
  versionPage,
  versionParams,
  versionText,
} from '@octavo/contracts';
import { type App, type Authenticate, succeed } from '#platform/http';
import type { VersionService } from './service.ts';

export function versionRoutes(app: App, deps: { versions: VersionService; authenticate: Authenticate }): void {
  const { versions, authenticate: onRequest } = deps;
  const common = { tags: ['Versions'], security: [{ bearer: [] }] };
  const content = { 200: success(contentView) };

  app.get(
    '/api/content/:id/versions',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Every text a content ever had, newest first, without the texts',
        params: idParams,
        querystring: versionListQuery,
        response: { 200: success(versionPage) },
      },
    },
    async ({ userId, params, query }) =>
      succeed(await versions.list(userId, params.id, query), 'Versions retrieved successfully'),
  );

  app.get(
    '/api/content/:id/versions/:number',
    { onRequest, schema: { ...common, params: versionParams, response: { 200: success(versionText) } } },
    async ({ userId, params }) =>
      succeed(await versions.get(userId, params.id, params.number), 'Version retrieved successfully'),
  );

  app.post(
    '/api/content/:id/versions/:number/restore',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Make this text the current one, as a new version',
        params: versionParams,
        response: content,
      },
    },
    async ({ userId, params }) =>
      succeed(await versions.restore(userId, params.id, params.number), 'Version restored successfully'),
  );

  app.post(
    '/api/content/:id/versions/:number/branch',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Make a new content of this text',
        params: versionParams,
        response: { 201: success(contentView) },
      },
    },
    async ({ userId, params }, reply) =>
      reply
        .code(201)
        .send(succeed(await versions.branch(userId, params.id, params.number), 'Content created successfully', 201)),
  );

  app.post(
    '/api/content/:id/versions/:number/dismiss',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Keep the current text although this newer take waits',
        params: versionParams,
        response: content,
      },
    },
    async ({ userId, params }) =>
      succeed(await versions.dismiss(userId, params.id, params.number), 'The current text is kept'),
  );

  app.post(
    '/api/generations/:id/attempts/:attempt/accept',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Take the words of a rejected take after all',
        params: attemptParams,
        response: content,
      },
    },
    async ({ userId, params }) =>
      succeed(await versions.accept(userId, { generationId: params.id, attempt: params.attempt }), 'Take accepted'),
  );
}
