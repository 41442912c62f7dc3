import type { LanguageCode } from '@octavo/contracts';
import { type Language, languageCodes, languages, scriptOf } from '@octavo/contracts/languages';

/** A language as a person looks for it. */
export interface NamedLanguage {
  code: LanguageCode;
  /** In the language of the page. */
  name: string;
  /** In the language itself; empty where the browser does not know it. */
  ownName: string;
  /** Everything it may be looked for by. */
  keywords: string;
}

/** What most people look for, after what the browser says they speak. */
const often: LanguageCode[] = [
  'eng_Latn',
  'spa_Latn',
  'fra_Latn',
  'deu_Latn',
  'por_Latn',
  'ita_Latn',
  'zho_Hans',
  'jpn_Jpan',
  'arb_Arab',
  'hin_Deva',
];

/** The tag of BCP 47, for `lang` and for names: with the script only where the language is written in more than one. */
export function languageTag(code: LanguageCode): string {
  const { iso1 } = languages[code] as Language;
  const language = iso1 ?? code.slice(0, 3);
  const isAlone = languageCodes.filter((other) => other.startsWith(code.slice(0, 4))).length === 1;
  return isAlone ? language : `${language}-${scriptOf(code)}`;
}

export function languageName(code: LanguageCode, pageLanguage: string): string {
  return displayName(pageLanguage, languageTag(code)) || languages[code].name;
}

/** All of them: those of the browser and the usual ones first, then by name. */
export function namedLanguages(pageLanguage: string): NamedLanguage[] {
  const names = new Intl.DisplayNames([pageLanguage], { type: 'language', fallback: 'none' });
  const spoken = new Set([pageLanguage, ...navigator.languages].map((tag) => tag.slice(0, 2)));
  const rank = (code: LanguageCode): number => {
    const isSpoken = spoken.has((languages[code] as Language).iso1 ?? '');
    const place = often.indexOf(code);
    return place >= 0 ? place - (isSpoken ? often.length : 0) : isSpoken ? 0 : often.length;
  };
  const { compare } = new Intl.Collator(pageLanguage);
  return languageCodes
    .map((code) => {
      const tag = languageTag(code);
      const name = names.of(tag) ?? languages[code].name;
      const ownName = displayName(tag, tag);
      return { code, name, ownName, keywords: [name, ownName, languages[code].name, code, tag].join(' ') };
    })
    .sort((a, b) => rank(a.code) - rank(b.code) || compare(a.name, b.name));
}

/** Empty where the browser has no name for it. */
function displayName(inLanguage: string, tag: string): string {
  const isKnown = Intl.DisplayNames.supportedLocalesOf([inLanguage]).length > 0;
  return isKnown ? (new Intl.DisplayNames([inLanguage], { type: 'language', fallback: 'none' }).of(tag) ?? '') : '';
}
