import { auditListQuery, auditPage, success } from '@octavo/contracts';
import { type App, type Authenticate, succeed } from '#platform/http';
import { type Audit, listAudit } from './service.ts';

export function auditRoutes(
  app: App,
  deps: { repository: Parameters<typeof listAudit>[0]; audit: Audit; authenticate: Authenticate },
): void {
  app.get(
    '/api/admin/audit',
    {
      onRequest: deps.authenticate,
      schema: {
        tags: ['Administration'],
        summary: 'Who did what, when, and from where',
        security: [{ bearer: [] }],
        querystring: auditListQuery,
        response: { 200: success(auditPage) },
      },
    },
    async (request) =>
      succeed(
        await listAudit(deps.repository, deps.audit, request.userId, request.query),
        'Audit log retrieved successfully',
      ),
  );
}
