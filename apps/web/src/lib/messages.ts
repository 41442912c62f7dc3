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
  'batch_state',
  'cost_above_limit',
  'image_in_use',
  'image_empty',
  'image_too_large',
  'image_type_unsupported',
  'image_damaged',
  'image_too_many_pixels',
] satisfies KnownCode[];

/** These say more in the server's own words, which are English. */
const saidBetterByServer: readonly string[] = [
  'batch_state',
  'cost_above_limit',
  'image_in_use',
  'image_too_large',
  'image_type_unsupported',
  'image_too_many_pixels',
] satisfies KnownCode[];

/** An error in words of the person's language, where there are some; else the server's own. */
export function errorMessage(error: unknown, t: TFunction, language = 'en'): string {
  if (!(error instanceof ApiError)) return t('error.unknown');
  if (error.code === 'network') return t('error.network');
  if (error.code === 'validation_failed' && error.fields.length > 0) return t('error.fields');
  if (language === 'en' && saidBetterByServer.includes(error.code)) return error.message;
  if (known.includes(error.code)) return t(`error.codes.${error.code as KnownCode}`);
  return error.message;
}

/** What is wrong with one field of a form (`title`, `input.target`), or with a part of it, if the server said so. */
export function fieldMessage(error: unknown, field: string, t: TFunction): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const path = `body.${field}`;
  const found = error.fields.find((each) => each.path === path || each.path.startsWith(`${path}.`));
  return found && inWords(found.message, t);
}

/** The commonest remarks of the server in the person's language. */
export function inWords(message: string, t: TFunction): string {
  const [, most] = /^must have at most (\d+) characters$/.exec(message) ?? [];
  const [, least] = /^must have at least (\d+) characters$/.exec(message) ?? [];
  if (most !== undefined) return t('field.tooLong', { max: most });
  if (least !== undefined) return t('field.tooShort', { min: least });
  if (message === 'must not be empty') return t('field.required');
  if (message === 'must be an e-mail address') return t('field.email');
  if (message === 'There is no such image.') return t('field.noImage');
  if (message === 'There is no such content.') return t('field.noContent');
  if (message === 'This content has no text yet.') return t('field.noText');
  return message;
}
