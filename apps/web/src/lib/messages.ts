import { ApiError } from '@octavo/sdk';
import type { TFunction } from 'i18next';
import type { en } from '../i18n/en.ts';

type KnownCode = keyof typeof en.error.codes;
const known: readonly string[] = [
  'invalid_credentials',
  'email_taken',
  'provider_unavailable',
  'too_many_requests',
  'unavailable',
  'not_retryable',
] satisfies KnownCode[];

/** An error in words of the person's language, where there are some; else the server's own. */
export function errorMessage(error: unknown, t: TFunction): string {
  if (!(error instanceof ApiError)) return t('error.unknown');
  if (error.code === 'network') return t('error.network');
  if (known.includes(error.code)) return t(`error.codes.${error.code as KnownCode}`);
  return error.message;
}

/** What is wrong with one field of a form, if the server said so. */
export function fieldMessage(error: unknown, field: string): string | undefined {
  return error instanceof ApiError ? error.fields.find(({ path }) => path === `body.${field}`)?.message : undefined;
}
