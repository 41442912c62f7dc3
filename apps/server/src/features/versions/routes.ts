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
import { type Authenticate, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { VersionService } from './service.ts';

export function versionRoutes(app: App, deps: { versions: VersionService; authenticate: Authenticate }): void {
  const { versions, authenticate: onRequest } = deps;
  const common = { tags: ['Versions'], security: [{ bearer: [] }] };
  const content = { 200: success(contentView, 'The content as it is now.') };
  const errors = ['not_found'] as const;

  app.get(
    '/api/content/:id/versions',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List versions',
        description: 'Every text a content ever had, newest first, without the texts themselves.',
        params: idParams,
        querystring: versionListQuery,
        response: { 200: success(versionPage, 'Some versions, and how to get the next.') },
        errors,
      },
    },
    async ({ userId, params, query }) =>
      succeed(await versions.list(userId, params.id, query), 'Versions retrieved successfully'),
  );

  app.get(
    '/api/content/:id/versions/:number',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Read a version',
        description: 'One version with its title and its text.',
        params: versionParams,
        response: { 200: success(versionText, 'The version.') },
        errors,
      },
    },
    async ({ userId, params }) =>
      succeed(await versions.get(userId, params.id, params.number), 'Version retrieved successfully'),
  );

  app.post(
    '/api/content/:id/versions/:number/restore',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Restore a version',
        description: 'Makes this text the current one, as a new version. Nothing is lost.',
        params: versionParams,
        response: content,
        errors,
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
        summary: 'Branch off a version',
        description: 'Makes a new content of this text; the old one stays as it is.',
        params: versionParams,
        response: { 201: success(contentView, 'The new content.') },
        errors,
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
        summary: 'Keep the current text',
        description: 'Lets a newer take that waits be a version like all others.',
        params: versionParams,
        response: content,
        errors,
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
        summary: 'Accept a rejected take',
        description: 'Makes the words of a take that was rejected, or stopped, the current text.',
        params: attemptParams,
        response: content,
        errors: [...errors, 'nothing_to_accept'],
      },
    },
    async ({ userId, params }) =>
      succeed(await versions.accept(userId, { generationId: params.id, attempt: params.attempt }), 'Take accepted'),
  );
}
