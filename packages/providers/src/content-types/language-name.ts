const names = new Intl.DisplayNames(['en'], { type: 'language', languageDisplay: 'standard' });

/** The language of an NLLB code in English, for a model to read: `spa_Latn` is Spanish, `zho_Hant` Chinese (Traditional). */
export function languageName(code: string): string {
  const locale = new Intl.Locale(code.replace('_', '-'));
  const plain = new Intl.Locale(locale.language);
  // Where the script is not the usual one, it is part of what is asked.
  return names.of(plain.maximize().script === locale.script ? plain.toString() : locale.toString()) ?? code;
}
