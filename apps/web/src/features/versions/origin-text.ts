import type { ContentView, ProviderName, VersionView } from '@octavo/contracts';
import { providerNames } from '@octavo/contracts/names';
import type { TFunction } from 'i18next';

/** How a version came to be, in words. */
export function originText(
  { origin, provenance, source, contentId }: VersionView,
  contentType: ContentView['contentType'],
  t: TFunction,
): string {
  const provider = providerNames.find((name): name is ProviderName => name === provenance.provider);
  const name = provider ? t(`providers.${provider}`) : (provenance.provider ?? t('versions.someProvider'));
  const maker = provenance.model ? `${name} (${provenance.model})` : name;
  if (origin === 'restored' && source?.contentId === contentId) return t('versions.restoredFrom', { n: source.number });
  if (origin === 'generated' && contentType === 'image') return t('versions.drawn', { maker });
  return t(`versions.origin.${origin}`, { maker });
}
