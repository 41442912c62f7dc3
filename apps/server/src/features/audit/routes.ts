import { auditListQuery, auditPage, success } from '@octavo/contracts';
import { type Authenticate, succeed } from '#platform/http';
import type { App } from '#platform/web';
import { type Audit, listAudit } from './service.ts';

export function auditRoutes(
  app: App,
  deps: { repository: Parameters<typeof listAudit>[0]; audit: Audit; authenticateAdmin: Authenticate },
): void {
  app.get(
    '/api/admin/audit',
    {
      onRequest: deps.authenticateAdmin,
      schema: {
        tags: ['Administration'],
        summary: 'Read the audit log',
        description: 'Who did what, when, and from where: newest first. For administrators.',
        security: [{ bearer: [] }],
        querystring: auditListQuery,
        response: { 200: success(auditPage, 'Some entries, and how to get the next.') },
        errors: ['admin_second_factor_required'],
      },
    },
    async (request) =>
      succeed(await listAudit(deps.repository, deps.audit, request.query), 'Audit log retrieved successfully'),
  );
}
