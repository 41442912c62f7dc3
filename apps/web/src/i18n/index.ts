import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { accountWords } from './en-account.ts';
import type { adminWords } from './en-admin.ts';
import type { batchWords } from './en-batches.ts';
import { en } from './en.ts';
import type { AccountWords, AdminWords, BatchWords, Strings } from './strings.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en & typeof accountWords & typeof adminWords & typeof batchWords };
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

/** Words that only some pages need: they come with these. */
const parts = {
  account: {
    en: async (): Promise<AccountWords> => (await import('./en-account.ts')).accountWords,
    es: async (): Promise<AccountWords> => (await import('./es-account.ts')).accountWords,
  },
  admin: {
    en: async (): Promise<AdminWords> => (await import('./en-admin.ts')).adminWords,
    es: async (): Promise<AdminWords> => (await import('./es-admin.ts')).adminWords,
  },
  batches: {
    en: async (): Promise<BatchWords> => (await import('./en-batches.ts')).batchWords,
    es: async (): Promise<BatchWords> => (await import('./es-batches.ts')).batchWords,
  },
} satisfies Record<string, Record<Language, () => Promise<object>>>;
export type Part = keyof typeof parts;
const wanted = new Set<Part>();

async function load(language: Language): Promise<void> {
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', await others[language]());
  await Promise.all([...wanted].map((part) => loadPart(part, language)));
}

async function loadPart(part: Part, language: Language): Promise<void> {
  i18next.addResourceBundle(language, 'translation', await parts[part][language](), true, true);
}

/** Resolves when the words of this part are there, now and in whatever language is chosen later. */
export async function loadWords(part: Part): Promise<void> {
  wanted.add(part);
  await loadPart(part, i18next.language as Language);
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
