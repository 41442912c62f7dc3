import { createRequire } from 'node:module';
import type { ProviderName } from '@octavo/contracts';
import { tokensPerImage } from './own-prices.ts';
import { flat, free, type TokenPrice, type UnitPrice } from './unit-price.ts';

/** How the list names our providers. The others have no price of their own. */
const listNames: Partial<Record<ProviderName, string>> = { xai: 'x-ai', google: 'google', openrouter: 'openrouter' };

/**
 * The price of a model in the list of `@pydantic/genai-prices` at a time. The package carries its list with it; it
 * fetches one only when told to, and we never do.
 * @returns undefined when the list does not know the model, or knows no price for it
 */
export function listPrice(provider: ProviderName, model: string, at: Date): UnitPrice | undefined {
  const providerId = listNames[provider];
  const prices = providerId && list().calcPrice({}, model, { providerId, timestamp: at })?.model_price;
  if (!prices) return undefined;
  const read = (key: string): TokenPrice | undefined => readTokenPrice(prices[key]);
  const input = read('input_mtok');
  const output = dearer(read('output_mtok'), read('output_reasoning_mtok'));
  // An entry without prices may be free or just not known: what is free stands in our own prices.
  if (!input || !output) return undefined;
  const image = read('output_image_mtok');
  return {
    ...free,
    input: dearer(input, read('input_image_mtok')) ?? input,
    output,
    ...(image && { imageOutput: { ...image, tokensPerImage } }),
  };
}

type List = typeof import('@pydantic/genai-prices');

let loaded: List | undefined;

/** Loaded for the first price that is looked up, with `require` because nobody here can wait; without a key none is. */
function list(): List {
  loaded ??= createRequire(import.meta.url)('@pydantic/genai-prices') as List;
  return loaded;
}

function readTokenPrice(price: unknown): TokenPrice | undefined {
  if (typeof price === 'number') return flat(price);
  if (typeof price !== 'object' || price === null || !('base' in price)) return undefined;
  const { base, tiers } = price as { base: number; tiers: Array<{ start: number; price: number }> };
  return {
    usdPerMtok: base,
    tiers: tiers.map((tier) => ({ above: tier.start, usdPerMtok: tier.price })).toSorted((a, b) => a.above - b.above),
  };
}

/** Usage does not tell kinds of tokens apart: the dearer price is taken for all of them. */
function dearer(a: TokenPrice | undefined, b: TokenPrice | undefined): TokenPrice | undefined {
  return a && b ? (b.usdPerMtok > a.usdPerMtok ? b : a) : (a ?? b);
}
