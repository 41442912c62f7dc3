import type { ProviderName } from '@octavo/contracts';

/** 1 USD is 10,000,000,000 ticks (docs.x.ai/developers/cost-tracking). */
const ticksPerMicroUsd = 10_000;

/**
 * What a provider itself says it charged, read from the usage of an answer as it came: `cost_in_usd_ticks` of xAI,
 * `cost` in USD of OpenRouter. Other servers may mean anything by such a field.
 * @returns micro-USD, rounded up; undefined when it is not there or makes no sense
 */
export function billedMicroUsd(provider: ProviderName, usage: unknown): number | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const fields = usage as Record<string, unknown>;
  if (provider === 'xai') {
    const ticks = fields['cost_in_usd_ticks'];
    return isAmount(ticks) ? whole(ticks / ticksPerMicroUsd) : undefined;
  }
  if (provider !== 'openrouter') return undefined;
  const { cost, is_byok: isOwnKey, cost_details: details } = fields;
  if (!isAmount(cost)) return undefined;
  // With a key of one's own upstream, `cost` is OpenRouter's fee only.
  const upstream = isOwnKey === true ? (details as Record<string, unknown> | null)?.['upstream_inference_cost'] : 0;
  return isAmount(upstream) ? whole(toMicroUsd(cost) + toMicroUsd(upstream)) : undefined;
}

/** To the thousandth first: 0.00014 comes as floating point and must not become 141 millionths. */
function toMicroUsd(usd: number): number {
  return Math.round(usd * 1e9) / 1e3;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function whole(microUsd: number): number | undefined {
  const amount = Math.ceil(microUsd);
  return Number.isSafeInteger(amount) ? amount : undefined;
}
