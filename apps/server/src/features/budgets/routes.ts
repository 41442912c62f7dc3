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
import { z } from 'zod';
import { type App, type Authenticate, succeed } from '#platform/http';
import type { BudgetService } from './service.ts';

export function budgetRoutes(app: App, deps: { budgets: BudgetService; authenticate: Authenticate }): void {
  const { budgets, authenticate: onRequest } = deps;
  const common = { tags: ['Money'], security: [{ bearer: [] }] };

  app.get(
    '/api/budgets',
    {
      onRequest,
      schema: { ...common, summary: 'Your budgets; all of them for admins', response: { 200: success(budgetsView) } },
    },
    async (request) => succeed(await budgets.list(request.userId), 'Budgets retrieved successfully'),
  );

  app.put(
    '/api/budgets/:scope/:period',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Set a budget',
        params: budgetParams,
        body: setBudgetBody,
        response: { 200: success(budgetView) },
      },
    },
    async (request) =>
      succeed(await budgets.set(request.userId, request.params, request.body.limitMicroUsd), 'Budget set successfully'),
  );

  app.delete(
    '/api/budgets/:scope/:period',
    { onRequest, schema: { ...common, params: budgetParams, response: { 200: success(z.null()) } } },
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
        summary: 'What was used and spent',
        querystring: usageQuery,
        response: { 200: success(usageView) },
      },
    },
    async (request) => succeed(await budgets.usage(request.userId, request.query), 'Usage retrieved successfully'),
  );

  app.post(
    '/api/estimate',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'What a generation may cost',
        body: generateBody,
        response: { 200: success(estimateView) },
      },
    },
    async (request) => succeed(await budgets.estimate(request.userId, request.body), 'Estimate made successfully'),
  );

  app.get(
    '/api/usage/unknown',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Calls whose outcome is not known',
        response: { 200: success(z.array(unknownCostView)) },
      },
    },
    async (request) => succeed(await budgets.unknownCosts(request.userId), 'Calls retrieved successfully'),
  );

  app.post(
    '/api/usage/unknown/:id/:attempt',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Say what such a call cost',
        params: attemptParams,
        body: settleCostBody,
        response: { 200: success(z.null()) },
      },
    },
    async (request) => {
      const { id, attempt } = request.params;
      await budgets.settleUnknown(request.userId, id, attempt, request.body.costMicroUsd);
      return succeed(null, 'Cost settled successfully');
    },
  );
}
