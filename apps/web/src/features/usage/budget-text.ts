import type { BudgetPeriod } from '@octavo/contracts';
import { providerNames } from '@octavo/contracts/names';
import { ApiError } from '@octavo/sdk';
import type { TFunction } from 'i18next';
import { formatDate } from '../../lib/format.ts';
import { sessionStore } from '../../lib/session.ts';

/** `user:<id>` and the like, in words. */
export function scopeText(scope: string, t: TFunction): string {
  const [kind, name] = scope.split(':');
  if (kind === 'server') return t('usage.scope.server');
  if (kind === 'provider') {
    const provider = providerNames.find((each) => each === name);
    return t('usage.scope.provider', { name: provider ? t(`providers.${provider}`) : (name ?? '') });
  }
  return t(name === sessionStore.read()?.user.id ? 'usage.scope.me' : 'usage.scope.user');
}

export function budgetName({ scope, period }: { scope: string; period: BudgetPeriod }, t: TFunction): string {
  return `${scopeText(scope, t)} (${t(`usage.period.${period}`)})`;
}

/** Which budget stands in the way and for how long; undefined for any other error. */
export function budgetText(error: unknown, t: TFunction, language: string): string | undefined {
  const budget = error instanceof ApiError ? error.budget : undefined;
  if (!budget) return undefined;
  const end = budget.resetsAt
    ? t('cost.resets', { date: formatDate(budget.resetsAt, language) })
    : t('cost.resetsNever');
  return `${t('cost.reached', { budget: budgetName(budget, t) })} ${end}`;
}
