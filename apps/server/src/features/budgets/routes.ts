import {
  attemptParams,
  budgetParams,
  budgetsView,
  budgetView,
  estimateView,
  generateBody,
  setBudgetBody,
  settleCostBody,
  success,
  unknownCostView,
  usageQuery,
  usageView,
} from '@octavo/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type AppError, type Authenticate, type Caller, callerOf, succeed } from '#platform/http';
import type { App } from '#platform/web';
import type { Actor, BudgetService } from './service.ts';

export function budgetRoutes(
  app: App,
  deps: {
    budgets: BudgetService;
    authenticate: Authenticate;
    authenticatePerson: Authenticate;
    authenticateAdmin: Authenticate;
    /** Why a caller may not do what is for admins; undefined when they may. */
    adminRefusal: (caller: Caller) => AppError | undefined;
  },
): void {
  // What binds a key is not for the key to change.
  const { budgets, authenticate: onRequest, authenticatePerson, authenticateAdmin } = deps;
  const actorOf = (request: FastifyRequest): Actor => ({
    userId: request.userId,
    adminRefusal: deps.adminRefusal(callerOf(request)),
  });
  const common = { tags: ['Money'], security: [{ bearer: [] }] };

  app.get(
    '/api/budgets',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'List budgets',
        description: 'Your own budgets and those that bind you; all of them for administrators.',
        response: { 200: success(budgetsView, 'The budgets, and how far each is used.') },
      },
    },
    async (request) => succeed(await budgets.list(actorOf(request)), 'Budgets retrieved successfully'),
  );

  app.put(
    '/api/budgets/:scope/:period',
    {
      onRequest: authenticatePerson,
      schema: {
        ...common,
        summary: 'Set a budget',
        description: 'Your own you may set and lower; raising it and all others are for administrators.',
        params: budgetParams,
        body: setBudgetBody,
        response: { 200: success(budgetView, 'The budget as it is now.') },
        errors: ['admin_second_factor_required', 'not_found'],
      },
    },
    async (request) =>
      succeed(
        await budgets.set(actorOf(request), request.params, request.body.limitMicroUsd),
        'Budget set successfully',
      ),
  );

  app.delete(
    '/api/budgets/:scope/:period',
    {
      onRequest: authenticateAdmin,
      schema: {
        ...common,
        summary: 'Remove a budget',
        description: 'From now on nothing is refused for its sake. For administrators.',
        params: budgetParams,
        response: { 200: success(z.null(), 'It is gone.') },
        errors: ['admin_second_factor_required', 'not_found'],
      },
    },
    async (request) => {
      await budgets.remove(request.userId, request.params);
      return succeed(null, 'Budget removed successfully');
    },
  );

  app.get(
    '/api/usage',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'See what was used and spent',
        description:
          'Your jobs, tokens, images and costs, by day, kind, provider or model. Costs are in millionths of a US dollar.',
        errors: ['admin_second_factor_required'],
        querystring: usageQuery,
        response: { 200: success(usageView, 'The sums.') },
      },
    },
    async (request) => succeed(await budgets.usage(actorOf(request), request.query), 'Usage retrieved successfully'),
  );

  app.post(
    '/api/estimate',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Estimate a cost',
        description: 'What a generation may cost at most and what it usually costs. Nothing is stored or called.',
        body: generateBody,
        response: { 200: success(estimateView, 'The estimate, in millionths of a US dollar.') },
        errors: ['provider_unavailable'],
      },
    },
    async (request) => succeed(await budgets.estimate(request.userId, request.body), 'Estimate made successfully'),
  );

  app.get(
    '/api/usage/unknown',
    {
      onRequest: authenticateAdmin,
      schema: {
        ...common,
        summary: 'List calls of unknown cost',
        description: 'Calls whose outcome is not known, such as those of a worker that vanished. For administrators.',
        response: { 200: success(z.array(unknownCostView), 'The calls, oldest first.') },
        errors: ['admin_second_factor_required'],
      },
    },
    async () => succeed(await budgets.unknownCosts(), 'Calls retrieved successfully'),
  );

  app.post(
    '/api/usage/unknown/:id/:attempt',
    {
      onRequest: authenticateAdmin,
      schema: {
        ...common,
        summary: 'Settle an unknown cost',
        description: 'Says what such a call cost; what was held for it is released. For administrators.',
        params: attemptParams,
        body: settleCostBody,
        response: { 200: success(z.null(), 'It is settled.') },
        errors: ['admin_second_factor_required', 'not_found'],
      },
    },
    async (request) => {
      const { id, attempt } = request.params;
      await budgets.settleUnknown(id, attempt, request.body.costMicroUsd);
      return succeed(null, 'Cost settled successfully');
    },
  );
}
