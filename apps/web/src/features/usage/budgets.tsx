import type { BudgetPeriod, BudgetView } from '@octavo/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/form/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { toast } from '../../components/toasts.tsx';
import { client } from '../../lib/client.ts';
import { formatDate, formatMoney } from '../../lib/format.ts';
import { errorMessage } from '../../lib/messages.ts';
import { AmountField, toMicroUsd } from './amount-field.tsx';
import { budgetName, scopeText } from './budget-text.ts';
import { usageQueries } from './queries.ts';

const periods: readonly BudgetPeriod[] = ['day', 'month', 'total'];

/** The budgets that bind a person, and the way to set an own one. */
export function Budgets() {
  const { t, i18n } = useTranslation();
  const budgets = useQuery(usageQueries.budgets);
  return (
    <section aria-labelledby="budgets" className="mt-10 space-y-5">
      <div>
        <h2 id="budgets" className="text-xl font-semibold">
          {t('usage.budgets')}
        </h2>
        <p className="text-sm text-muted">{t('usage.budgetsText')}</p>
      </div>
      {budgets.error && <Notice tone="bad">{errorMessage(budgets.error, t, i18n.language)}</Notice>}
      {budgets.data?.budgets.length === 0 && <p className="text-sm">{t('usage.noBudgets')}</p>}
      <ul className="grid gap-4 sm:grid-cols-2">
        {budgets.data?.budgets.map((budget) => (
          <Budget key={`${budget.scope} ${budget.period}`} budget={budget} mayRemove={budgets.data.isAdmin} />
        ))}
      </ul>
      <OwnBudget isAdmin={budgets.data?.isAdmin ?? false} />
    </section>
  );
}

/** How far a budget is used. `owner`: whose it is, where that is not said by its scope. */
export function Budget({ budget, mayRemove, owner }: { budget: BudgetView; mayRemove: boolean; owner?: string }) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: usageQueries.budgets.queryKey });
  const onError = (error: unknown): void => toast(errorMessage(error, t, language));
  const { scope, period, limitMicroUsd } = budget;
  const remove = useMutation({
    mutationFn: () => client.removeBudget(scope, period),
    onSuccess() {
      void refresh();
      toast(t('usage.removed'), {
        label: t('detail.undo'),
        run: () => void client.setBudget(scope, period, limitMicroUsd).then(refresh, onError),
      });
    },
    onError,
  });
  const used = budget.spentMicroUsd + budget.heldMicroUsd;
  const name = owner === undefined ? budgetName(budget, t) : `${owner} (${t(`usage.period.${period}`)})`;
  return (
    <li className="rounded-xl border border-line bg-raised p-4 text-sm shadow-card">
      <div className="flex items-start justify-between gap-2">
        <p className="min-w-0 font-medium break-words">{owner ?? scopeText(scope, t)}</p>
        {mayRemove && (
          <Button
            look="danger"
            className="-my-2 px-2!"
            disabled={remove.isPending}
            aria-label={t('usage.remove', { budget: name })}
            onClick={() => remove.mutate()}
          >
            ×
          </Button>
        )}
      </div>
      <p>
        {t('usage.of', {
          used: formatMoney(used, language),
          limit: formatMoney(limitMicroUsd, language),
          period: t(`usage.period.${period}`),
        })}
      </p>
      <progress
        className="mt-2 h-2 w-full overflow-hidden rounded-full"
        aria-label={name}
        max={Math.max(1, limitMicroUsd)}
        value={limitMicroUsd === 0 ? 1 : Math.min(used, limitMicroUsd)}
      />
      <p className="mt-1 text-xs text-muted">
        {budget.heldMicroUsd > 0 && `${t('cost.held', { amount: formatMoney(budget.heldMicroUsd, language) })}. `}
        {budget.resetsAt && t('cost.resets', { date: formatDate(budget.resetsAt, language) })}
      </p>
    </li>
  );
}

function OwnBudget({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation();
  return (
    <BudgetForm title={<h3 className="font-medium">{t('usage.set')}</h3>} scope="me">
      {!isAdmin && <p className="text-sm text-muted">{t('usage.lowerOnly')}</p>}
    </BudgetForm>
  );
}

/** Sets the budget of `scope`; undefined while that is not chosen. `children` stand above the button. */
export function BudgetForm({
  title,
  scope,
  onMissing,
  before,
  children,
}: {
  title: ReactNode;
  scope: string | undefined;
  /** It was to be set, and nobody knows yet whose. */
  onMissing?: () => void;
  before?: ReactNode;
  children?: ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [amount, setAmount] = useState('');
  const [period, setPeriod] = useState<BudgetPeriod>('month');
  const [isWrong, setIsWrong] = useState(false);
  const set = useMutation({
    mutationFn: (limitMicroUsd: number) => client.setBudget(scope ?? '', period, limitMicroUsd),
    onSuccess() {
      setAmount('');
      void queries.invalidateQueries({ queryKey: usageQueries.budgets.queryKey });
      toast(t('usage.saved'));
    },
  });
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const limit = toMicroUsd(amount);
    setIsWrong(limit === undefined);
    if (scope === undefined) onMissing?.();
    if (limit !== undefined && scope !== undefined) set.mutate(limit);
  }
  return (
    <form noValidate className="max-w-md space-y-4" onSubmit={onSubmit}>
      {title}
      {set.error && <Notice tone="bad">{errorMessage(set.error, t, i18n.language)}</Notice>}
      {before}
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <AmountField value={amount} isWrong={isWrong} onChange={setAmount} />
        <Field label={t('usage.per')}>
          {(control) => (
            <select
              {...control}
              className={`${control.className} select`}
              value={period}
              onChange={(event) => setPeriod(event.target.value as BudgetPeriod)}
            >
              {periods.map((each) => (
                <option key={each} value={each}>
                  {t(`usage.period.${each}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {children}
      <Button look="primary" type="submit" disabled={set.isPending}>
        {t('usage.save')}
      </Button>
    </form>
  );
}
