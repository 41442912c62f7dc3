import type { AuditEntry } from '@octavo/contracts';
import type { TFunction } from 'i18next';
import { formatBytes, formatLong, formatMoney, formatNumber } from '../../../lib/format.ts';
import { scopeText } from '../../usage/budget-text.ts';

/** What an entry says more, with its name, in words; what has none here stays as the server wrote it. */
export function auditDetail(
  name: string,
  value: AuditEntry['details'][string],
  t: TFunction,
  language: string,
): { name: string; value: string } {
  const labels: Record<string, string> = t('admin.audit.detail', { returnObjects: true });
  const values: Record<string, Record<string, string>> = {
    ...t('admin.audit.value', { returnObjects: true }),
    name: t('admin.settings.names', { returnObjects: true }),
    role: t('admin.roles', { returnObjects: true }),
    channel: t('admin.channels', { returnObjects: true }),
  };
  return { name: own(labels, name) ?? name, value: said() };

  function said(): string {
    if (typeof value === 'boolean') return t(value ? 'admin.audit.yes' : 'admin.audit.no');
    if (typeof value === 'number') {
      if (name.endsWith('MicroUsd')) return formatMoney(value, language);
      if (name === 'bytes') return formatBytes(value, language);
      if (name.endsWith('Seconds')) return formatLong(value * 1000, language);
      return formatNumber(value, language);
    }
    if (name === 'scope') return scopeText(value, t);
    const known = own(values, name) ?? {};
    const words = value.split(' ').map((word) => own(known, word));
    return words.every((word) => word !== undefined) ? words.join(', ') : value;
  }
}

function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
