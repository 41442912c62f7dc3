import type { Readable } from 'node:stream';
import { importResult, success } from '@octavo/contracts';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, type Authenticate, fileAnswer, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { Portability } from './service.ts';

interface PortabilityRoutesDeps {
  portability: Portability;
  authenticatePerson: Authenticate;
  importMaxBytes: number;
}

export async function portabilityRoutes(app: App, deps: PortabilityRoutesDeps): Promise<void> {
  const { portability, authenticatePerson: onRequest } = deps;
  const common = { tags: ['Accounts'], security: [{ bearer: [] }] };

  app.get(
    '/api/account/export',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Export your account',
        description: 'Everything of the account as one ZIP: texts, generations, images and settings.',
        shown: { response: fileAnswer('The archive.', 'application/zip') },
        errors: ['payload_too_large'],
      },
    },
    async (request, reply) => {
      const { stream, bytes } = await portability.export(request.userId);
      return reply
        .header('content-type', 'application/zip')
        .header('content-length', String(bytes))
        .header('content-disposition', `attachment; filename="octavo-${new Date().toISOString().slice(0, 10)}.zip"`)
        .header('cache-control', 'no-store')
        .send(stream);
    },
  );

  // In a scope of its own, so that no other route takes ZIPs.
  await app.register(async (scope) => {
    scope.addContentTypeParser('application/zip', (_request, payload, done) => done(null, payload));
    scope.withTypeProvider<ZodTypeProvider>().post(
      '/api/account/import',
      {
        onRequest,
        bodyLimit: deps.importMaxBytes,
        schema: {
          ...common,
          summary: 'Import an export',
          description:
            'Adds what an export of this or another server holds. Takes the ZIP as `application/zip`; nothing is replaced.',
          errors: ['payload_too_large', 'unsupported_media_type', 'validation_failed'],
          shown: { bodies: { 'application/zip': z.file() } },
          response: { 200: success(importResult, 'What was added.') },
        },
      },
      async (request) => {
        if (request.headers['content-type'] !== 'application/zip') {
          throw new AppError('unsupported_media_type', 'Send the ZIP with Content-Type: application/zip.');
        }
        return succeed(await portability.import(request.userId, request.body as Readable), 'Import finished');
      },
    );
  });
}
