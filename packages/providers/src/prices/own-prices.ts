import type { ProviderName } from '@octavo/contracts';
import { flat, free, type UnitPrice } from './unit-price.ts';

/**
 * What the price list lacks. `model` matches the whole id. Looked at before the list; first match wins.
 * `as` takes the price of another model of the list.
 */
export type OwnPrice = { provider: ProviderName; model: RegExp } & ({ price: UnitPrice } | { as: string });

export const ownPrices: OwnPrice[] = [
  { provider: 'sandbox', model: /.*/, price: free },
  { provider: 'local', model: /.*/, price: free },
  // docs.x.ai, cost tracking: an image costs 0.02 USD; one that is edited costs a little more.
  {
    provider: 'xai',
    model: /^grok-imagine-image$/,
    price: { ...free, usdPerImage: 0.02, usdPerSourceImage: 0.002 },
  },
  // openrouter.ai/docs: the suffix is what makes a variant free; `openrouter/free` chooses among those.
  { provider: 'openrouter', model: /:free$/, price: free },
  { provider: 'openrouter', model: /^openrouter\/free$/, price: free },
  // The Gemini API serves Gemma for nothing; there is no paid tier of it (ai.google.dev/gemini-api/docs/pricing).
  { provider: 'google', model: /^gemma-(3|3n|4)-[a-z0-9-]+-it$/, price: free },
  // Names that move with time: the newest model of their line in the list. Wrong for a while after Google moves one.
  { provider: 'google', model: /^gemini-flash-latest$/, as: 'gemini-3.8-flash' },
  { provider: 'google', model: /^gemini-flash-lite-latest$/, as: 'gemini-3.5-flash-lite' },
  { provider: 'google', model: /^gemini-pro-latest$/, as: 'gemini-3.1-pro-preview' },
  { provider: 'xai', model: /^grok-(4\.7|latest)$/, as: 'grok-4.6' },
];

/** Google's image models count an image as tokens: 1,120 to 1,290 at 1K, 2,520 at most (ai.google.dev/gemini-api/docs/pricing). */
export const tokensPerImage = 2520;

/** A price that the operator gives, for a server of one's own or a contract. */
export interface PriceOverride {
  inputUsdPerMtok?: number | undefined;
  outputUsdPerMtok?: number | undefined;
  usdPerImage?: number | undefined;
  usdPerTake?: number | undefined;
}

export function readOverride(override: PriceOverride): UnitPrice {
  const { inputUsdPerMtok = 0, outputUsdPerMtok = 0, usdPerImage = 0, usdPerTake = 0 } = override;
  return { ...free, input: flat(inputUsdPerMtok), output: flat(outputUsdPerMtok), usdPerImage, usdPerTake };
}
