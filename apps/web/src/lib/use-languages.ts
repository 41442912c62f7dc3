import type { LanguageCode } from '@octavo/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

/** The list of languages comes when somebody needs it. */
function useModule() {
  return useQuery({
    queryKey: ['module', 'languages'],
    queryFn: () => import('./languages.ts'),
    staleTime: Infinity,
    gcTime: Infinity,
  }).data;
}

export function useNamedLanguages() {
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: ['module', 'languages', i18n.language],
    queryFn: async () => (await import('./languages.ts')).namedLanguages(i18n.language),
    staleTime: Infinity,
  }).data;
}

/** Names of languages in the language of the page, and their tags for `lang`; codes until they are known. */
export function useLanguageName(): { nameOf: (code: string) => string; tagOf: (code: string) => string | undefined } {
  const { i18n } = useTranslation();
  const known = useModule();
  return {
    nameOf: (code) => known?.languageName(code as LanguageCode, i18n.language) ?? code,
    tagOf: (code) => known?.languageTag(code as LanguageCode),
  };
}
