import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { es } from './es.ts';

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

export function setLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

const language = preferred();
document.documentElement.lang = language;
void i18next.use(initReactI18next).init({
  resources: { en: { translation: en }, es: { translation: es } },
  lng: language,
  fallbackLng: 'en',
  interpolation: { escapeValue: false },
  returnObjects: true,
});
