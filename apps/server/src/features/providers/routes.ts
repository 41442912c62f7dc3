import { providerHealthList, success } from '@octavo/contracts';
import { type Authenticate, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { ProviderOverview } from './overview.ts';

export function providerRoutes(app: App, deps: { overview: ProviderOverview; authenticateAdmin: Authenticate }): void {
  app.get(
    '/api/admin/providers',
    {
      onRequest: deps.authenticateAdmin,
      schema: {
        tags: ['Administration'],
        summary: 'See how the providers do',
        description:
          'Each provider with its models, the state of its circuit breaker, its limits and how much of them is used. For administrators.',
        security: [{ bearer: [] }],
        errors: ['admin_second_factor_required'],
        response: { 200: success(providerHealthList, 'The providers.') },
      },
    },
    async () => succeed(await deps.overview(), 'Providers retrieved successfully'),
  );
}
