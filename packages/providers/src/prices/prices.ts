import type { ProviderName, Usage } from '@octavo/contracts';
import { amountAtMost, amountUsually, callsAtMost, type PricedRequest } from './amounts.ts';
import { listPrice } from './list-price.ts';
import { ownPrices, type PriceOverride, readOverride } from './own-prices.ts';
import { type Amount, charge, chargeAtMost, free, type UnitPrice } from './unit-price.ts';

export interface PriceSettings {
  /** By `provider/model` or `provider/*`; they win over every list. */
  overrides: Record<string, PriceOverride>;
  /** Providers that cost nothing on this server, whatever the model. */
  freeProviders: readonly ProviderName[];
  /** What one call to a model without a known price is taken to cost, in micro-USD. */
  unknownMicroUsd: number;
}

/**
 * `billed`: the provider said so. `catalog`: counted by a price list. `unknown`: there is no price, or the provider
 * did not say what it used.
 */
export type CostSource = 'billed' | 'catalog' | 'unknown';

export interface Cost {
  /** Null when it cannot be said. */
  microUsd: number | null;
  source: CostSource;
}

export interface Bound {
  microUsd: number;
  /** False: the model has no known price, and the configured amount stands in for it. */
  isKnown: boolean;
}

export interface Prices {
  /** What a call cost. The provider's own word wins over the lists; amounts are rounded up. */
  priceOf(provider: ProviderName, model: string, usage: Usage, at: Date): Cost;
  /** What a take costs at most: never less than `priceOf` for any usage it can have. */
  worstCase(provider: ProviderName, model: string, request: PricedRequest, at: Date): Bound;
  /** What such a take usually costs. */
  typical(provider: ProviderName, model: string, request: PricedRequest, at: Date): Bound;
}

/** Prices of every model of every provider. Pure: nothing is read or fetched later on. */
export function createPrices(settings: PriceSettings): Prices {
  function find(provider: ProviderName, model: string, at: Date): UnitPrice | undefined {
    const override = settings.overrides[`${provider}/${model}`] ?? settings.overrides[`${provider}/*`];
    if (override) return readOverride(override);
    if (settings.freeProviders.includes(provider)) return free;
    const own = ownPrices.find((entry) => entry.provider === provider && entry.model.test(model));
    if (own && 'price' in own) return own.price;
    return listPrice(provider, own ? own.as : model, at);
  }

  function bound(price: UnitPrice | undefined, request: PricedRequest, amount: Amount): Bound {
    if (price) return { microUsd: chargeAtMost(price, amount), isKnown: true };
    return { microUsd: settings.unknownMicroUsd * callsAtMost(request), isKnown: false };
  }

  return {
    priceOf(provider, model, usage, at) {
      if (usage.billedMicroUsd !== undefined) return { microUsd: usage.billedMicroUsd, source: 'billed' };
      const price = find(provider, model, at);
      const amount = price && amountOf(price, usage);
      if (!amount) return { microUsd: null, source: 'unknown' };
      return { microUsd: charge(price, amount), source: 'catalog' };
    },
    worstCase(provider, model, request, at) {
      const price = find(provider, model, at);
      return bound(price, request, amountAtMost(provider, price, request));
    },
    typical(provider, model, request, at) {
      const price = find(provider, model, at);
      return bound(price, request, amountUsually(provider, price, request));
    },
  };
}

/** @returns undefined when the usage lacks what the price asks for */
function amountOf(price: UnitPrice, { inputTokens, outputTokens, images = 0 }: Usage): Amount | undefined {
  const imageTokens = images > 0 && price.imageOutput ? images * price.imageOutput.tokensPerImage : undefined;
  const isFree = (token: UnitPrice['input']) => token.usdPerMtok === 0 && token.tiers.length === 0;
  const input = inputTokens ?? (isFree(price.input) ? 0 : undefined);
  const output = outputTokens ?? imageTokens ?? (isFree(price.output) ? 0 : undefined);
  if (input === undefined || output === undefined) return undefined;
  return { inputTokens: input, outputTokens: output, images, sourceImages: 0 };
}
