import { isLanguageCode, languages } from '@octavo/contracts';

/** The language of an NLLB code in English, for a model to read: `spa_Latn` is Spanish. */
export function languageName(code: string): string {
  return isLanguageCode(code) ? languages[code].name : code;
}
