import { expect, test } from 'vitest';
import { translationInput } from './inputs.ts';
import { isLanguageCode, languageCodes, languages, languagesOf } from './languages.ts';

test('the 202 languages of NLLB-200, each with a name of its own', () => {
  expect(languageCodes).toHaveLength(202);
  expect(new Set(Object.values(languages).map(({ name }) => name)).size).toBe(202);
  for (const code of languageCodes) expect(code).toMatch(/^[a-z]{3}_[A-Z][a-z]{3}$/);
});

test('ISO 639-1 codes are those that the platform knows for the same language', () => {
  for (const [code, language] of Object.entries(languages)) {
    // CLDR counts Twi (tw) as Akan.
    if (!('iso1' in language) || code === 'twi_Latn') continue;
    expect(language.iso1).toMatch(/^[a-z]{2}$/);
    // CLDR replaces a three-letter code by the two-letter one; where NLLB names one member of a family, both differ.
    const [known] = Intl.getCanonicalLocales(code.slice(0, 3));
    if (known?.length === 2) expect(language.iso1).toBe(known === 'no' ? 'nb' : known);
  }
});

test('an ISO 639-1 code leads to its languages', () => {
  expect(languagesOf('es')).toEqual(['spa_Latn']);
  expect(languagesOf('pt-BR')).toEqual(['por_Latn']);
  expect(languagesOf('zh')).toEqual(['zho_Hans', 'zho_Hant']);
  expect(languagesOf('no')).toEqual(['nob_Latn']);
  expect(languagesOf('xx')).toEqual([]);
  expect(isLanguageCode('toString')).toBe(false);
});

test.each([
  ['es', 'must be a language code of NLLB-200 such as spa_Latn; for es it is spa_Latn'],
  ['spa_Cyrl', 'must be a language code of NLLB-200 such as spa_Latn'],
  ['__proto__', 'must be a language code of NLLB-200 such as spa_Latn'],
  [undefined, 'must be a language code of NLLB-200 such as spa_Latn'],
])('an unknown target (%s) is refused in words', (target, message) => {
  const { error } = translationInput.safeParse({ text: 'Tea', target });
  expect(error?.issues).toMatchObject([{ path: ['target'], message }]);
});
