import {
  contentListQuery,
  contentPage,
  contentView,
  createContentBody,
  exportQuery,
  idParams,
  success,
  updateContentBody,
} from '@octavo/contracts';
import { z } from 'zod';
import { type App, type Authenticate, succeed } from '#platform/http';
import { exportContent } from './export.ts';
import type { ContentService } from './service.ts';

export function contentRoutes(app: App, deps: { contents: ContentService; authenticate: Authenticate }): void {
  const { contents, authenticate: onRequest } = deps;
  const common = { tags: ['Content'], security: [{ bearer: [] }] };
  const one = { 200: success(contentView) };

  app.get(
    '/api/content',
    { onRequest, schema: { ...common, querystring: contentListQuery, response: { 200: success(contentPage) } } },
    async (request) => succeed(await contents.list(request.userId, request.query), 'Contents retrieved successfully'),
  );

  app.post(
    '/api/content',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Write content by hand',
        body: createContentBody,
        response: { 201: success(contentView) },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(succeed(await contents.create(request.userId, request.body), 'Content created successfully', 201)),
  );

  app.get('/api/content/:id', { onRequest, schema: { ...common, params: idParams, response: one } }, async (request) =>
    succeed(await contents.get(request.userId, request.params.id), 'Content retrieved successfully'),
  );

  app.get(
    '/api/content/:id/export',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'The content as a file that says where its words come from',
        params: idParams,
        querystring: exportQuery,
      },
    },
    async (request, reply) => {
      const content = await contents.get(request.userId, request.params.id);
      const { body, mediaType, fileName } = exportContent(content, request.query.format);
      return reply
        .header('content-type', mediaType)
        .header('content-disposition', attachment(fileName))
        .header('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'")
        .serializer(String)
        .send(body);
    },
  );

  app.put(
    '/api/content/:id',
    { onRequest, schema: { ...common, params: idParams, body: updateContentBody, response: one } },
    async (request) =>
      succeed(await contents.update(request.userId, request.params.id, request.body), 'Content updated successfully'),
  );

  app.delete(
    '/api/content/:id',
    { onRequest, schema: { ...common, params: idParams, response: { 200: success(z.null()) } } },
    async (request) => {
      await contents.delete(request.userId, request.params.id);
      return succeed(null, 'Content deleted successfully');
    },
  );

  app.post(
    '/api/content/:id/restore',
    { onRequest, schema: { ...common, summary: 'Undo a deletion', params: idParams, response: one } },
    async (request) =>
      succeed(await contents.restore(request.userId, request.params.id), 'Content restored successfully'),
  );
}

/** RFC 6266: a plain name for old clients, the whole one in UTF-8 for all others. */
function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}
