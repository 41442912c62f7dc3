import {
  contentFile,
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
import { type Authenticate, succeed } from '#platform/http';
import type { App } from '#platform/web';
import { exportContent } from './export.ts';
import { createMarkdownRenderer } from './render-markdown.ts';
import type { ContentService } from './service.ts';

const words = { schema: z.string() };
const exportedFile = {
  200: {
    description: 'The file.',
    content: {
      'text/markdown': words,
      'text/html': words,
      'application/json': { schema: contentFile },
      'text/plain': words,
    },
  },
};

export function contentRoutes(app: App, deps: { contents: ContentService; authenticate: Authenticate }): void {
  const { contents, authenticate: onRequest } = deps;
  const renderMarkdown = createMarkdownRenderer();
  const common = { tags: ['Content'], security: [{ bearer: [] }] };
  const one = (description: string) => ({ 200: success(contentView, description) });
  const missing = ['not_found'] as const;

  app.get(
    '/api/content',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List content',
        description:
          'Your content, newest first, without what was deleted. Go through a long list with `cursor` (`pagination.nextCursor` of the last answer): it skips nothing and repeats nothing while content is added. With `deleted=only`: what was deleted and can be restored; go through it with `page`.',
        querystring: contentListQuery,
        response: { 200: success(contentPage, 'One page of the list, and how to get the next.') },
      },
    },
    async (request) => succeed(await contents.list(request.userId, request.query), 'Contents retrieved successfully'),
  );

  app.post(
    '/api/content',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Write content by hand',
        description: 'Stores content that nobody generates. It is a draft unless `status` says otherwise.',
        body: createContentBody,
        response: { 201: success(contentView, 'The stored content.') },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(succeed(await contents.create(request.userId, request.body), 'Content created successfully', 201)),
  );

  app.get(
    '/api/content/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Read content',
        description: 'One piece of your content. What others own, and what was deleted, does not exist here.',
        params: idParams,
        response: one('The content.'),
        errors: missing,
      },
    },
    async (request) => succeed(await contents.get(request.userId, request.params.id), 'Content retrieved successfully'),
  );

  app.get(
    '/api/content/:id/export',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Export content',
        description: 'The content as a file that says where its words come from: Markdown, HTML, JSON or plain text.',
        params: idParams,
        querystring: exportQuery,
        shown: { response: exportedFile },
        errors: missing,
      },
    },
    async (request, reply) => {
      const content = await contents.get(request.userId, request.params.id);
      const { body, mediaType, fileName } = await exportContent(content, request.query.format, renderMarkdown);
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
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Change content',
        description:
          'Changes the fields that are sent. With `revision`, the change is made only when nobody has changed the content since that revision was read.',
        params: idParams,
        body: updateContentBody,
        response: one('The content after the change, with its new revision.'),
        errors: ['not_found', 'version_conflict'],
      },
    },
    async (request) =>
      succeed(await contents.update(request.userId, request.params.id, request.body), 'Content updated successfully'),
  );

  app.delete(
    '/api/content/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delete content',
        description:
          'Takes content out of the lists, but for those with `deleted=only`. It can be restored until it is erased or your account goes. A generation that still works on it is cancelled.',
        params: idParams,
        response: { 200: success(z.null(), 'The content is deleted.') },
        errors: missing,
      },
    },
    async (request) => {
      await contents.delete(request.userId, request.params.id);
      return succeed(null, 'Content deleted successfully');
    },
  );

  app.post(
    '/api/content/:id/restore',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Undo a deletion',
        description: 'Brings deleted content back as it was. Content that is not deleted stays as it is.',
        params: idParams,
        response: one('The content.'),
        errors: missing,
      },
    },
    async (request) =>
      succeed(await contents.restore(request.userId, request.params.id), 'Content restored successfully'),
  );

  app.post(
    '/api/content/:id/erase',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delete content for good',
        description:
          'Only for content that is deleted already. Title, prompt, text, all versions, every take and the images that were generated for it are gone, and nothing brings them back; an image that another piece uses stays. What it cost stays in the usage, and the row of a batch stays as the row that it was. What others were branched or translated from it is theirs.',
        params: idParams,
        response: { 200: success(z.null(), 'The content is erased.') },
        errors: ['not_found', 'not_deleted', 'still_generating'],
      },
    },
    async (request) => {
      await contents.erase(request.userId, request.params.id);
      return succeed(null, 'Content erased for good');
    },
  );
}

/** RFC 6266: a plain name for old clients, the whole one in UTF-8 for all others. */
function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}
