import { ApiError } from '@octavo/sdk';
import type { TFunction } from 'i18next';
import { en } from '../i18n/en.ts';

type KnownCode = keyof typeof en.error.codes;
const known: readonly string[] = Object.keys(en.error.codes);

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
  if (error.retryAfterSeconds !== undefined) return t('error.tooMany', { when: inTime(error.retryAfterSeconds) });
  if (language === 'en' && saidBetterByServer.includes(error.code)) return error.message;
  if (known.includes(error.code)) return t(`error.codes.${error.code as KnownCode}`);
  return error.message;
}

/** `in 12 minutes`, in the language of the page. */
function inTime(seconds: number): string {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang);
  return seconds < 60 ? format.format(seconds, 'second') : format.format(Math.ceil(seconds / 60), 'minute');
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
  if (message.startsWith('must be a phone number')) return t('field.phone');
  if (message === 'is wrong') return t('password.wrong');
  if (message.startsWith('is one of the passwords')) return t('password.common');
  if (message.startsWith('repeats the same')) return t('password.repeats');
  if (message.startsWith('is made of your own')) return t('password.personal');
  if (message === 'There is no such image.') return t('field.noImage');
  if (message === 'There is no such content.') return t('field.noContent');
  if (message === 'This content has no text yet.') return t('field.noText');
  return message;
}
