import type { TFunction } from 'i18next';

type Address = { email: string; phone?: never } | { phone: string; email?: never };

/** What somebody typed as their e-mail address or phone number, as the server takes it; undefined when it is neither. */
export function readAddress(typed: string): Address | undefined {
  const value = typed.trim();
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return { email: value };
  const phone = value.replace(/[\s().-]/g, '').replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(phone) ? { phone } : undefined;
}

/** What is wrong with it, in words; undefined when nothing is. */
export function addressProblem(typed: string, t: TFunction): string | undefined {
  if (typed.trim() === '') return t('field.required');
  if (readAddress(typed)) return undefined;
  return /^[+\d\s().-]+$/.test(typed) ? t('field.phone') : t('field.email');
}
