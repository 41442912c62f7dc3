import type { ProviderState } from '@octavo/contracts';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../lib/format.ts';

/** Whether a provider is left alone for a while, and until when; nothing while it works. */
export function isResting({ circuit }: ProviderState): boolean {
  return circuit?.retryAt != null && Date.parse(circuit.retryAt) > Date.now();
}

/** One line about a provider that is being left alone. `isChosen`: the person wants this one and no other. */
export function Resting({ provider, isChosen }: { provider: ProviderState | undefined; isChosen: boolean }) {
  const { t, i18n } = useTranslation();
  const retryAt = provider && isResting(provider) ? provider.circuit?.retryAt : undefined;
  return (
    <p role="status" data-testid="resting" className="text-sm text-muted empty:hidden">
      {provider &&
        retryAt &&
        t(isChosen ? 'resting.waits' : 'resting.others', {
          provider: t(`providers.${provider.name}`),
          time: formatTime(retryAt, i18n.language),
        })}
    </p>
  );
}
