import type { UnknownCostView } from '@octavo/contracts';
import { providerNames } from '@octavo/contracts/names';
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { PageTitle } from '../../components/shell/page-title.tsx';
import { toast } from '../../components/toasts.tsx';
import { formatDate, formatMoney } from '../../lib/format.ts';
import { AmountField, toMicroUsd } from '../usage/amount-field.tsx';
import { Budget, BudgetForm } from '../usage/budgets.tsx';
import { usageQueries } from '../usage/queries.ts';
import { UsageTable } from '../usage/usage-table.tsx';
import { PersonPicker } from './person-picker.tsx';
import { Problem } from './problem.tsx';
import { admin, adminQueries } from './queries.ts';

const route = getRouteApi('/app/admin/$section');
const days = 30;

/** What bounds the server, its providers and its people, what everybody spent, and what nobody knows the cost of. */
export function ServerBudgets() {
  const { t } = useTranslation();
  const { person } = route.useSearch();
  const budgets = useQuery(usageQueries.budgets);
  const list = budgets.data?.budgets ?? [];
  const usage = useQuery(usageQueries.ofServer('provider', days));
  const ids = [...new Set(list.flatMap(({ scope }) => (scope.startsWith('user:') ? [scope.slice(5)] : [])))];
  const owners = useQueries({
    queries: ids.map((id) => adminQueries.user(id)),
    combine: (results) =>
      new Map(results.flatMap(({ data }) => (data ? [[data.id, `${data.firstName} ${data.lastName}`] as const] : []))),
  });
  return (
    <>
      <PageTitle className="mb-2 font-serif text-3xl font-semibold">{t('admin.sections.budgets')}</PageTitle>
      <p className="mb-5 max-w-2xl text-muted">{t('usage.budgetsText')}</p>
      <Problem error={budgets.error} />
      {budgets.isPending && <div className="skeleton h-32" aria-hidden="true" />}
      {budgets.data && !budgets.data.isAdmin && <Notice>{t('admin.budgets.notYours')}</Notice>}
      {budgets.isSuccess && list.length === 0 && <p className="text-sm text-muted">{t('usage.noBudgets')}</p>}
      <ul className="grid gap-4 sm:grid-cols-2">
        {list.map((budget) => {
          const owner = owners.get(budget.scope.slice(5));
          return (
            <Budget
              key={`${budget.scope} ${budget.period}`}
              budget={budget}
              mayRemove={budgets.data?.isAdmin ?? false}
              {...(owner !== undefined && { owner })}
            />
          );
        })}
      </ul>
      <div className="mt-8">
        <SetBudget key={person} person={person ?? ''} />
      </div>
      <section aria-labelledby="everybody" className="mt-10 space-y-3">
        <h2 id="everybody" className="text-xl font-semibold">
          {t('admin.budgets.everybody', { n: days })}
        </h2>
        <Problem error={usage.error} />
        {usage.data && <UsageTable usage={usage.data} by="provider" />}
      </section>
      <UnknownCosts />
    </>
  );
}

function SetBudget({ person }: { person: string }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState(person === '' ? 'server' : 'user');
  const [chosen, setChosen] = useState(person);
  const [isTried, setIsTried] = useState(false);
  const scope = kind !== 'user' ? kind : chosen === '' ? undefined : `user:${chosen}`;
  return (
    <BudgetForm
      title={<h2 className="text-xl font-semibold">{t('admin.budgets.set')}</h2>}
      scope={scope}
      onMissing={() => setIsTried(true)}
      before={
        <div className="space-y-4">
          <Field label={t('admin.budgets.of')}>
            {(control) => (
              <select
                {...control}
                className={`${control.className} select`}
                value={kind}
                onChange={(event) => setKind(event.target.value)}
              >
                <option value="server">{t('usage.scope.server')}</option>
                <option value="user">{t('admin.budgets.person')}</option>
                {providerNames.map((name) => (
                  <option key={name} value={`provider:${name}`}>
                    {t('usage.scope.provider', { name: t(`providers.${name}`) })}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {kind === 'user' && (
            <PersonPicker
              label={t('admin.budgets.person')}
              error={isTried && chosen === '' ? t('field.required') : undefined}
              value={chosen}
              onChange={setChosen}
            />
          )}
        </div>
      }
    />
  );
}

/** Calls whose outcome is not known. Whoever has looked at the provider's bill may say what they cost. */
function UnknownCosts() {
  const { t } = useTranslation();
  const costs = useQuery(adminQueries.unknownCosts);
  if (!costs.data || costs.data.length === 0) return null;
  return (
    <section aria-labelledby="unknown" className="mt-10 space-y-3">
      <div>
        <h2 id="unknown" className="text-xl font-semibold">
          {t('admin.budgets.unknown')}
        </h2>
        <p className="text-sm text-muted">{t('admin.budgets.unknownText')}</p>
      </div>
      <ul className="grid gap-4 sm:grid-cols-2">
        {costs.data.map((cost) => (
          <UnknownCost key={`${cost.generationId} ${cost.attempt}`} cost={cost} />
        ))}
      </ul>
    </section>
  );
}

function UnknownCost({ cost }: { cost: UnknownCostView }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const queries = useQueryClient();
  const [amount, setAmount] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const settle = useMutation({
    mutationFn: (microUsd: number) => admin.settleCost(cost.generationId, cost.attempt, microUsd),
    onSuccess() {
      toast(t('admin.budgets.settled'));
      void queries.invalidateQueries({ queryKey: adminQueries.unknownCosts.queryKey });
      void queries.invalidateQueries({ queryKey: ['usage'] });
    },
  });
  const provider = providerNames.find((name) => name === cost.provider);
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const microUsd = toMicroUsd(amount);
    setIsWrong(microUsd === undefined);
    if (microUsd !== undefined && !settle.isPending) settle.mutate(microUsd);
  }
  return (
    <li className="rounded-xl border border-line bg-raised p-4 text-sm shadow-card">
      <p className="font-medium break-words">
        {provider ? t(`providers.${provider}`) : cost.provider} · {cost.model}
      </p>
      <p className="text-muted">
        {formatDate(cost.startedAt, language)} · {t('cost.held', { amount: formatMoney(cost.heldMicroUsd, language) })}
      </p>
      <form noValidate className="mt-3 space-y-3" onSubmit={onSubmit}>
        <Problem error={settle.error} />
        <AmountField value={amount} isWrong={isWrong} onChange={setAmount} />
        <Button type="submit" disabled={settle.isPending}>
          {t('admin.budgets.settle')}
        </Button>
      </form>
    </li>
  );
}
