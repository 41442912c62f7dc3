import type { TFunction } from 'i18next';
import { en } from '../../i18n/en.ts';

type Code = keyof typeof en.reason;
type Finish = keyof typeof en.finish;

/**
 * Why a take came to nothing, in the person's language. The server's own words are English, and say more: they name
 * what was found.
 */
export function reasonText(
  failure: { code: string | null; reason: string | null },
  t: TFunction,
  language: string,
): string | undefined {
  const { code, reason } = failure;
  if (reason && language === 'en') return reason;
  return code !== null && Object.hasOwn(en.reason, code) ? t(`reason.${code as Code}`) : (reason ?? undefined);
}

/** How a model says that it is done; null where that is nothing to speak of. */
export function finishText(finishReason: string | null, t: TFunction): string | null {
  if (finishReason === null) return null;
  return Object.hasOwn(en.finish, finishReason) ? t(`finish.${finishReason as Finish}`) : finishReason;
}
