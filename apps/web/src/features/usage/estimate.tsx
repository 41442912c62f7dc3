import type { EstimateView, GenerateBody } from '@octavo/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../../lib/client.ts';
import { formatMoney } from '../../lib/format.ts';

/** Typing has come to a rest. */
const restMs = 600;

/** What a piece may cost, as soon as its form is complete. Without an answer nothing is said: it is a hint only. */
export function Estimate({ body }: { body: GenerateBody | undefined }) {
  const { t, i18n } = useTranslation();
  const wish = body && JSON.stringify(body);
  const [asked, setAsked] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wish), restMs);
    return () => clearTimeout(timer);
  }, [wish]);
  const estimate = useQuery({
    queryKey: ['estimate', asked],
    queryFn: () => client.estimate(JSON.parse(asked ?? '') as GenerateBody),
    enabled: asked !== undefined,
    staleTime: 60_000,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const isKnown = wish !== undefined && asked !== undefined && estimate.isSuccess;
  return (
    <p role="status" data-testid="estimate" className="text-sm text-muted">
      {isKnown && estimateText(estimate.data, t, i18n.language)}
    </p>
  );
}

function estimateText(
  { known, worstCaseMicroUsd, typicalMicroUsd }: EstimateView,
  t: TFunction,
  language: string,
): string {
  const most = formatMoney(worstCaseMicroUsd, language);
  if (!known) return worstCaseMicroUsd > 0 ? t('cost.unknownPrice', { most }) : t('cost.unknownPriceOnly');
  if (worstCaseMicroUsd === 0) return t('cost.free');
  if (typicalMicroUsd >= worstCaseMicroUsd) return t('cost.most', { most });
  return t('cost.mostUsually', { most, usual: formatMoney(typicalMicroUsd, language) });
}
