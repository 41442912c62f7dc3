import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import type { Strings } from './strings.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
    enableSelector: false;
  }
}

export const languages = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof languages;

const storageKey = 'octavo.language';

function preferred(): Language {
  const wished = [localStorage.getItem(storageKey) ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2));
  return wished.find((tag): tag is Language => tag in languages) ?? 'en';
}

/** English is there from the start; any other language comes when it is wanted. */
const others: Record<Exclude<Language, 'en'>, () => Promise<Strings>> = {
  es: async () => (await import('./es.ts')).es,
};

async function load(language: Language): Promise<void> {
  if (language === 'en' || i18next.hasResourceBundle(language, 'translation')) return;
  i18next.addResourceBundle(language, 'translation', await others[language]());
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

/** Resolves when the words of this person's language are there. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: 'en',
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
    returnObjects: true,
  });
  const wished = preferred();
  // Without its words the studio works in English.
  const language = await load(wished).then(
    () => wished,
    (): Language => 'en',
  );
  document.documentElement.lang = language;
  if (language !== 'en') await i18next.changeLanguage(language);
}
